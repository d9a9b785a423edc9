"""Filters of events."""

from __future__ import annotations

from django.db.models import Q

from archive.choices import EventClassification, ParticipationRole, RelationKind
from archive.filters.base import ArchiveFilterSet, Cited, Dated, Filed, Placed, Searched, order_filter
from archive.filters.fields import PARTY
from archive.filters.kinds import SlugsFilter, WordsFilter
from archive.models import Event, Measure, MeasureStep, Participation, Relation
from archive.querysets.ids import Ids

Found = dict[str, Ids]


class EventFilterSet(ArchiveFilterSet, Dated, Filed, Placed, Cited, Searched):
    """Events."""

    key = "event"
    searched = ("name", "summary", "place")
    orders = {
        "date": ("date_sort", "slug"),
        "name": ("name", "slug"),
        "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }

    classification = WordsFilter(EventClassification, "Kind of event.")
    participant = SlugsFilter(*PARTY, help_text="A body or official that takes part, in any role.")
    actor = SlugsFilter(*PARTY, help_text="A body or official that acts.")
    target = SlugsFilter(*PARTY, help_text="A body or official that it is aimed at.")
    related_to = SlugsFilter(Event, help_text="Events linked to this one (they respond to it, announce it, ...).")
    relation = WordsFilter(RelationKind, "Events with such a link to another (with related_to: to that one).")
    measure = SlugsFilter(Measure, help_text="Events that are steps of this measure.")
    order_by = order_filter(orders)

    class Meta:
        model = Event
        fields: list[str] = []

    def where_classification(self, words: list[str]) -> Q:
        return Q(classification__in=words)

    def where_participant(self, found: Found) -> Q:
        return self._took_part(found)

    def where_actor(self, found: Found) -> Q:
        return self._took_part(found, ParticipationRole.ACTOR)

    def where_target(self, found: Found) -> Q:
        return self._took_part(found, ParticipationRole.TARGET)

    def _took_part(self, found: Found, role: str = "") -> Q:
        rows = self.visible(Participation).filter(found["body"].at("body") | found["official"].at("official"))
        return Q(pk__in=(rows.filter(role=role) if role else rows).values("event"))

    def where_related_to(self, found: Found) -> Q:
        rows = self.visible(Relation).filter(found["event"].at("to_event"))
        if kinds := self.asked("relation"):
            rows = rows.filter(kind__in=kinds)
        return Q(pk__in=rows.values("from_event"))

    def where_relation(self, kinds: list[str]) -> Q:
        return Q(pk__in=self.visible(Relation).filter(kind__in=kinds).values("from_event"))

    def where_measure(self, found: Found) -> Q:
        return Q(pk__in=self.visible(MeasureStep).filter(found["measure"].at("measure")).values("event"))

    def under(self, bodies: Ids) -> Q:
        of_state = bodies.at("body") | bodies.at("official__state")  # a participation is visible only with its party
        return Q(pk__in=self.visible(Participation).filter(of_state).values("event"))
