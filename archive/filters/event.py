"""Filters of events."""

from __future__ import annotations

from django.db.models import Q

from archive.choices import EventClassification, ParticipationRole, RelationKind
from archive.filters.base import ArchiveFilterSet
from archive.filters.fields import PARTY
from archive.filters.filter_types import ChoicesFilter, RecordFilter
from archive.filters.shared import CountryFilters, DateFilters, SearchFilters, SourceFilters, TopicFilters, order_filter
from archive.models import Event, Measure, Participation, Relation
from archive.sql.references import RecordRefs
from archive.sql.semi_joins import SemiJoin

Found = dict[str, RecordRefs]


class EventFilterSet(ArchiveFilterSet, DateFilters, TopicFilters, CountryFilters, SourceFilters, SearchFilters):
    """Events."""

    key = "event"
    searched = ("name", "summary", "place")
    orders = {
        "date": ("date_sort", "sequence", "slug"),
        "name": ("filing_key", "slug"),
        "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }

    classification = ChoicesFilter(EventClassification, "Kind of event.")
    participant = RecordFilter(*PARTY, help_text="A body or official that takes part, in any role.")
    actor = RecordFilter(*PARTY, help_text="A body or official that acts.")
    target = RecordFilter(*PARTY, help_text="A body or official that it is aimed at.")
    related_to = RecordFilter(Event, help_text="Events linked to this one (they respond to it, announce it, ...).")
    relation = ChoicesFilter(RelationKind, "Events with such a link to another (with related_to: to that one).")
    measure = RecordFilter(Measure, help_text="Events that are steps of this measure.")
    order_by = order_filter(orders)

    class Meta:
        model = Event
        fields: list[str] = []

    def where_classification(self, words: list[str]) -> Q:
        return Q(classification__in=words)

    def links_participant(self, found: Found) -> list[SemiJoin]:
        return self._took_part(found)

    def links_actor(self, found: Found) -> list[SemiJoin]:
        return self._took_part(found, role=ParticipationRole.ACTOR)

    def links_target(self, found: Found) -> list[SemiJoin]:
        return self._took_part(found, role=ParticipationRole.TARGET)

    def _took_part(self, found: Found, **role: str) -> list[SemiJoin]:
        rows, counted = self.kin("participations"), Participation.objects.all()
        parties = (found["body"].at("body"), found["official"].at("official"))
        return [SemiJoin(rows.filter(one, **role), "event", counted=counted.filter(one, **role)) for one in parties]

    def links_related_to(self, found: Found) -> list[SemiJoin]:
        rows = self.kin("relations").filter(found["event"].at("to_event"))
        kinds = self.asked("relation")
        return [SemiJoin(rows.filter(kind__in=kinds) if kinds else rows, "from_event")]

    def links_relation(self, kinds: list[str]) -> list[SemiJoin]:
        counted = Relation.objects.filter(kind__in=kinds)
        return [SemiJoin(self.kin("relations").filter(kind__in=kinds), "from_event", counted=counted)]

    def links_measure(self, found: Found) -> list[SemiJoin]:
        return [SemiJoin(self.kin("measure_steps").filter(found["measure"].at("measure")), "event")]

    def under(self, bodies: RecordRefs) -> Q:
        of_state = bodies.at("body") | bodies.at("official__state")  # a participation is visible only with its party
        return Q(pk__in=self.visible(Participation).filter(of_state).values("event"))
