"""Filters of statements."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Q

from archive.choices import Attribution, SpeechActKind, StatementClassification
from archive.filters.base import ArchiveFilterSet
from archive.filters.fields import PARTY, SUBJECT
from archive.filters.filter_types import ChoicesFilter, RecordFilter, TextsFilter
from archive.filters.shared import CountryFilters, DateFilters, SearchFilters, SourceFilters, TopicFilters, order_filter
from archive.filters.text_fields import FreeText
from archive.in_office import may_run_at
from archive.models import Appointment, Body, Event, Office, Official, SpeechAct, Statement
from archive.sql.references import RecordRefs
from archive.sql.relations import visible_related
from archive.sql.semi_joins import SemiJoin
from archive.sql.text_conditions import SearchWord, contains_word

Found = dict[str, RecordRefs]


class StatementFilterSet(ArchiveFilterSet, DateFilters, TopicFilters, CountryFilters, SourceFilters, SearchFilters):
    """Statements."""

    key = "statement"
    searched = ("name", "summary", "text", "attributed_as")
    orders = {
        "date": ("date_sort", "sequence", "slug"),
        "name": ("filing_key", "slug"),
        "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }

    classification = ChoicesFilter(StatementClassification, "Kind of statement.")
    speaker = RecordFilter(Official, help_text="Who spoke.")
    body = RecordFilter(Body, help_text="The body on whose behalf.")
    office = RecordFilter(Office, help_text="An office that the speaker held on that day.")
    attribution = ChoicesFilter(Attribution, "How the source names who spoke.")
    addressee = RecordFilter(*PARTY, help_text="A body or official to whom one of its speech acts is addressed.")
    about = RecordFilter(*SUBJECT, help_text="An event or measure that it is about.")
    occasion = RecordFilter(Event, help_text="The event at which it was made.")
    in_reply_to = RecordFilter(Statement, help_text="A statement that it answers.")
    speech_act = ChoicesFilter(SpeechActKind, "It has a speech act of this kind.")
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

    def links_addressee(self, found: Found) -> list[SemiJoin]:
        return addresses(found, "speechact__statement")

    def links_about(self, found: Found) -> list[SemiJoin]:
        acts = (found["event"].at("about_event"), found["measure"].at("about_measure"))
        return [
            SemiJoin(Statement.about_events.through.objects.filter(found["event"].at("event")), "statement"),
            SemiJoin(Statement.about_measures.through.objects.filter(found["measure"].at("measure")), "statement"),
            *(SemiJoin(self._acts(about), "statement", counted=SpeechAct.objects.filter(about)) for about in acts),
        ]

    def where_occasion(self, found: Found) -> Q:
        return found["event"].at("occasion")

    def links_in_reply_to(self, found: Found) -> list[SemiJoin]:
        replies = Statement.in_reply_to.through.objects.filter(found["statement"].at("to_statement"))
        return [SemiJoin(replies, "from_statement")]

    def links_speech_act(self, kinds: list[str]) -> list[SemiJoin]:
        asked = Q(kind__in=kinds)
        return [SemiJoin(self._acts(asked), "statement", counted=SpeechAct.objects.filter(asked))]

    def where_language(self, tags: list[FreeText]) -> Q:
        return Q(language__in=[tag.whole for tag in tags])

    def links_source(self, found: Found) -> list[SemiJoin]:
        cited = visible_related(SpeechAct, "citations", self.user).filter(found["source"].at("source"))
        (own,) = super().links_source(found)
        acts = SemiJoin(cited.filter(speech_act__isnull=False), "speech_act__statement", counted=own.counted)
        return [own, acts]

    def holds(self, path: str, word: SearchWord) -> Q:
        own = super().holds(path, word)
        return own | Q(pk__in=self._acts(Q(contains_word("text", word))).values("statement")) if path == "text" else own

    def _acts(self, condition: Q) -> Any:
        return self.kin("speech_acts").filter(condition)

    def under(self, bodies: RecordRefs) -> Q:
        return bodies.at("body") | Q(speaker__in=self.visible(Official).filter(bodies.at("state")))


def addresses(found: Found, column: str) -> list[SemiJoin]:
    """The links by which speech acts of visible statements are addressed to any of these parties."""
    return [
        SemiJoin(SpeechAct.addressee_bodies.through.objects.filter(found["body"].at("body")), column),
        SemiJoin(SpeechAct.addressee_officials.through.objects.filter(found["official"].at("official")), column),
    ]
