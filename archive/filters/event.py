"""Filters of events."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from archive.choices import ANSWERING_RELATIONS, EventClassification, ParticipationRole, RelationKind
from archive.filters.answers import Answers, Bounds
from archive.filters.dimensions import RecordDimension, WordDimension, links, party_links
from archive.filters.fields import PARTY, SpanValue
from archive.filters.filter_types import ChoicesFilter, RecordFilter, SpanFilter
from archive.filters.shared import CountryFilters, DateFilters, SearchFilters, SourceFilters, TopicFilters, order_filter
from archive.models import Event, Measure, Participation, Relation
from archive.sql.references import RecordRefs, RefsByModel
from archive.sql.semi_joins import SemiJoin


class EventFilterSet(DateFilters, TopicFilters, CountryFilters, SourceFilters, SearchFilters):
    """Events."""

    fk_name = "event"
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
    answered_within = SpanFilter(
        "Events that respond to another or retaliate for it within this span of time, such as P14D (with related_to: "
        "to that one; with relation: that have such a link)."
    )
    measure = RecordFilter(Measure, help_text="Events that are steps of this measure.")
    order_by = order_filter(orders)

    own_dimensions = {
        "classification": WordDimension("By kind.", path="classification", vocabulary=EventClassification),
        "participant": RecordDimension(
            "By the bodies and officials that take part.", models=PARTY, links=lambda filterset: filterset.party_links()
        ),
        "actor": RecordDimension(
            "By the bodies and officials that act.", models=PARTY,
            links=lambda filterset: filterset.party_links(ParticipationRole.ACTOR),
        ),
        "target": RecordDimension(
            "By the bodies and officials that they are aimed at.", models=PARTY,
            links=lambda filterset: filterset.party_links(ParticipationRole.TARGET),
        ),
        "measure": RecordDimension(
            "By the measures of which they are steps.", models=(Measure,),
            links=lambda filterset: [links(filterset.visible_related("measure_steps"), "event", "measure")],
        ),
    }  # fmt: skip

    class Meta:
        model = Event
        fields: list[str] = []

    def filter_classification(self, values: list[str]) -> Q:
        return Q(classification__in=values)

    def semi_joins_participant(self, refs: RefsByModel) -> list[SemiJoin]:
        return self._participation_joins(refs)

    def semi_joins_actor(self, refs: RefsByModel) -> list[SemiJoin]:
        return self._participation_joins(refs, role=ParticipationRole.ACTOR)

    def semi_joins_target(self, refs: RefsByModel) -> list[SemiJoin]:
        return self._participation_joins(refs, role=ParticipationRole.TARGET)

    def _participation_joins(self, refs: RefsByModel, **role: str) -> list[SemiJoin]:
        rows, counted = self.visible_related("participations"), Participation.objects.all()
        parties = (refs["body"].q("body"), refs["official"].q("official"))
        return [
            SemiJoin(rows.filter(party, **role), "event", counted=counted.filter(party, **role)) for party in parties
        ]

    def semi_joins_related_to(self, refs: RefsByModel) -> list[SemiJoin]:
        rows = self.visible_related("relations").filter(refs["event"].q("to_event"))
        kinds = self.value("relation")
        return [SemiJoin(rows.filter(kind__in=kinds) if kinds else rows, "from_event")]

    def semi_joins_relation(self, kinds: list[str]) -> list[SemiJoin]:
        counted = Relation.objects.filter(kind__in=kinds)
        return [SemiJoin(self.visible_related("relations").filter(kind__in=kinds), "from_event", counted=counted)]

    def semi_joins_answered_within(self, span: SpanValue) -> list[SemiJoin]:
        rows = self.visible_related("relations").filter(kind__in=self.value("relation") or ANSWERING_RELATIONS)
        if refs := self.value("related_to"):
            rows = rows.filter(refs["event"].q("to_event"))
        bounds = Bounds.of_date("from_event"), Bounds.of_date("to_event")
        answers = Answers(rows, "from_event", "to_event", Event, *bounds)
        return [answers.within(span, bool(self.value("certain")), self.user)]

    def semi_joins_measure(self, refs: RefsByModel) -> list[SemiJoin]:
        return [SemiJoin(self.visible_related("measure_steps").filter(refs["measure"].q("measure")), "event")]

    def party_links(self, role: str = "") -> list[Any]:
        rows = self.visible_related("participations")
        return party_links(rows.filter(role=role) if role else rows, "event")

    def body_links(self) -> list[Any]:
        rows = self.visible_related("participations")
        return [links(rows, "event", path) for path in ("body", "official__state")]

    def of_bodies(self, bodies: RecordRefs) -> Q:
        of_state = bodies.q("body") | bodies.q("official__state")  # a participation is visible only with its party
        return Q(pk__in=self.visible(Participation).filter(of_state).values("event"))
