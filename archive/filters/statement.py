"""Filters of statements."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q

from archive.choices import Attribution, SpeechActKind, StatementClassification
from archive.filters.base import ArchiveFilterSet
from archive.filters.fields import PARTY, SUBJECT
from archive.filters.kinds import SlugsFilter, TextsFilter, WordsFilter
from archive.filters.shared import Cited, Dated, Filed, Placed, Searched, order_filter
from archive.filters.text import FreeText
from archive.models import Appointment, Body, Event, Office, Official, SpeechAct, Statement
from archive.querysets.ids import Ids
from archive.querysets.in_office import may_run_at
from archive.querysets.links import Link
from archive.querysets.relations import visible_kin
from archive.querysets.words import Word, holds

Found = dict[str, Ids]


class StatementFilterSet(ArchiveFilterSet, Dated, Filed, Placed, Cited, Searched):
    """Statements."""

    key = "statement"
    searched = ("name", "summary", "text", "attributed_as")
    orders = {
        "date": ("date_sort", "slug"),
        "name": ("filing_key", "slug"),
        "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }

    classification = WordsFilter(StatementClassification, "Kind of statement.")
    speaker = SlugsFilter(Official, help_text="Who spoke.")
    body = SlugsFilter(Body, help_text="The body on whose behalf.")
    office = SlugsFilter(Office, help_text="An office that the speaker held on that day.")
    attribution = WordsFilter(Attribution, "How the source names who spoke.")
    addressee = SlugsFilter(*PARTY, help_text="A body or official to whom one of its speech acts is addressed.")
    about = SlugsFilter(*SUBJECT, help_text="An event or measure that it is about.")
    occasion = SlugsFilter(Event, help_text="The event at which it was made.")
    in_reply_to = SlugsFilter(Statement, help_text="A statement that it answers.")
    speech_act = WordsFilter(SpeechActKind, "It has a speech act of this kind.")
    language = TextsFilter("Language, as a BCP 47 tag.")
    order_by = order_filter(orders)

    class Meta:
        model = Statement
        fields: list[str] = []

    def where_classification(self, words: list[str]) -> Q:
        return Q(classification__in=words)

    def where_speaker(self, found: Found) -> Q:
        return found["official"].at("speaker")

    def where_body(self, found: Found) -> Q:
        return found["body"].at("body")

    def where_office(self, found: Found) -> Q:
        held = self.visible(Appointment).filter(found["office"].at("office"), official=OuterRef("speaker"))
        # Said apart, for it lets the database begin with the few who ever held the office.
        holders = Appointment.objects.filter(found["office"].at("office")).values("official")
        return Q(speaker__in=holders) & may_run_at("date", held)

    def where_attribution(self, words: list[str]) -> Q:
        return Q(attribution__in=words)

    def links_addressee(self, found: Found) -> list[Link]:
        return addresses(found, "speechact__statement")

    def links_about(self, found: Found) -> list[Link]:
        acts = (found["event"].at("about_event"), found["measure"].at("about_measure"))
        return [
            Link(Statement.about_events.through.objects.filter(found["event"].at("event")), "statement"),
            Link(Statement.about_measures.through.objects.filter(found["measure"].at("measure")), "statement"),
            *(Link(self._acts(about), "statement", counted=SpeechAct.objects.filter(about)) for about in acts),
        ]

    def where_occasion(self, found: Found) -> Q:
        return found["event"].at("occasion")

    def links_in_reply_to(self, found: Found) -> list[Link]:
        replies = Statement.in_reply_to.through.objects.filter(found["statement"].at("to_statement"))
        return [Link(replies, "from_statement")]

    def links_speech_act(self, kinds: list[str]) -> list[Link]:
        asked = Q(kind__in=kinds)
        return [Link(self._acts(asked), "statement", counted=SpeechAct.objects.filter(asked))]

    def where_language(self, tags: list[FreeText]) -> Q:
        return Q(language__in=[tag.whole for tag in tags])

    def links_source(self, found: Found) -> list[Link]:
        cited = visible_kin(SpeechAct, "citations", self.user).filter(found["source"].at("source"))
        (own,) = super().links_source(found)
        acts = Link(cited.filter(speech_act__isnull=False), "speech_act__statement", counted=own.counted)
        return [own, acts]

    def holds(self, path: str, word: Word) -> Q:
        own = super().holds(path, word)
        return own | Q(pk__in=self._acts(Q(holds("text", word))).values("statement")) if path == "text" else own

    def _acts(self, condition: Q) -> Any:
        return self.kin("speech_acts").filter(condition)

    def under(self, bodies: Ids) -> Q:
        return bodies.at("body") | Q(speaker__in=self.visible(Official).filter(bodies.at("state")))


def addresses(found: Found, column: str) -> list[Link]:
    """The links by which speech acts of visible statements are addressed to any of these parties."""
    return [
        Link(SpeechAct.addressee_bodies.through.objects.filter(found["body"].at("body")), column),
        Link(SpeechAct.addressee_officials.through.objects.filter(found["official"].at("official")), column),
    ]
