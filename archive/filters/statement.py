"""Filters of statements."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, F, OuterRef, Q

from archive.choices import AppointmentMode, Attribution, SpeechActKind, StatementClassification
from archive.filters.base import ArchiveFilterSet, Cited, Dated, Filed, Placed, Searched, order_filter
from archive.filters.fields import PARTY, SUBJECT
from archive.filters.kinds import SlugsFilter, TextsFilter, WordsFilter
from archive.models import Appointment, Body, Event, Office, Official, SpeechAct, Statement
from archive.querysets.ids import Ids
from archive.querysets.relations import visible_kin
from archive.querysets.words import holds

Found = dict[str, Ids]


class StatementFilterSet(ArchiveFilterSet, Dated, Filed, Placed, Cited, Searched):
    """Statements."""

    key = "statement"
    searched = ("name", "summary", "text", "attributed_as")
    orders = {
        "date": ("date_sort", "slug"),
        "name": ("name", "slug"),
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
        held = held.exclude(mode=AppointmentMode.NOMINEE)
        began = Q(start_earliest__isnull=True) | Q(start_earliest__lte=OuterRef("date_latest"))
        ended = Q(end_latest__isnull=True) | Q(end_latest__gte=OuterRef("date_earliest"))
        open_start = Q(Exists(held.filter(began)), date_earliest__isnull=True)
        open_end = Q(Exists(held.filter(ended)), date_latest__isnull=True)
        return Q(speaker__isnull=False) & (Q(Exists(held.filter(began, ended))) | open_start | open_end)

    def where_attribution(self, words: list[str]) -> Q:
        return Q(attribution__in=words)

    def where_addressee(self, found: Found) -> Q:
        return Q(pk__in=self._acts(addressed_to(found)).values("statement"))

    def where_about(self, found: Found) -> Q:
        events = Statement.about_events.through.objects.filter(found["event"].at("event"))
        measures = Statement.about_measures.through.objects.filter(found["measure"].at("measure"))
        acts = self._acts(found["event"].at("about_event") | found["measure"].at("about_measure"))
        return (
            Q(pk__in=events.values("statement_id"))
            | Q(pk__in=measures.values("statement_id"))
            | Q(pk__in=acts.values("statement"))
        )

    def where_occasion(self, found: Found) -> Q:
        return found["event"].at("occasion")

    def where_in_reply_to(self, found: Found) -> Q:
        links = Statement.in_reply_to.through.objects.filter(found["statement"].at("to_statement"))
        return Q(pk__in=links.values("from_statement_id"))

    def where_speech_act(self, kinds: list[str]) -> Q:
        return Q(pk__in=self._acts(Q(kind__in=kinds)).values("statement"))

    def where_language(self, tags: list[str]) -> Q:
        return Q(language__in=tags)

    def where_source(self, found: Found) -> Q:
        cited = visible_kin(SpeechAct, "citations", self.user).filter(found["source"].at("source"))
        acts = cited.filter(speech_act__isnull=False)
        return super().where_source(found) | Q(pk__in=acts.values(statement_of_act=F("speech_act__statement")))

    def holds(self, path: str, word: str) -> Q:
        own = super().holds(path, word)
        return own | Q(pk__in=self._acts(Q(holds("text", word))).values("statement")) if path == "text" else own

    def _acts(self, condition: Q) -> Any:
        return self.visible(SpeechAct).filter(condition)

    def under(self, bodies: Ids) -> Q:
        return bodies.at("body") | Q(speaker__in=self.visible(Official).filter(bodies.at("state")))


def addressed_to(found: Found) -> Q:
    """Speech acts addressed to any of these parties."""
    bodies = SpeechAct.addressee_bodies.through.objects.filter(found["body"].at("body"))
    officials = SpeechAct.addressee_officials.through.objects.filter(found["official"].at("official"))
    # One list of the acts: a disjunction of two would make the database look at every act there is.
    return Q(pk__in=bodies.values("speechact_id").union(officials.values("speechact_id"), all=True))
