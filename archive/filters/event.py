"""Filters of events."""

from __future__ import annotations

from django.db.models import Q

from archive.choices import EventClassification, ParticipationRole, RelationKind
from archive.filters.base import ArchiveFilterSet
from archive.filters.fields import PARTY
from archive.filters.kinds import SlugsFilter, WordsFilter
from archive.filters.shared import Cited, Dated, Filed, Placed, Searched, order_filter
from archive.models import Event, Measure, Participation, Relation
from archive.querysets.ids import Ids
from archive.querysets.links import Link

Found = dict[str, Ids]


class EventFilterSet(ArchiveFilterSet, Dated, Filed, Placed, Cited, Searched):
    """Events."""

    key = "event"
    searched = ("name", "summary", "place")
    orders = {
        "date": ("date_sort", "slug"),
        "name": ("filing_key", "slug"),
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

    def links_participant(self, found: Found) -> list[Link]:
        return self._took_part(found)

    def links_actor(self, found: Found) -> list[Link]:
        return self._took_part(found, role=ParticipationRole.ACTOR)

    def links_target(self, found: Found) -> list[Link]:
        return self._took_part(found, role=ParticipationRole.TARGET)

    def _took_part(self, found: Found, **role: str) -> list[Link]:
        rows, counted = self.kin("participations"), Participation.objects.all()
        parties = (found["body"].at("body"), found["official"].at("official"))
        return [Link(rows.filter(one, **role), "event", counted=counted.filter(one, **role)) for one in parties]

    def links_related_to(self, found: Found) -> list[Link]:
        rows = self.kin("relations").filter(found["event"].at("to_event"))
        kinds = self.asked("relation")
        return [Link(rows.filter(kind__in=kinds) if kinds else rows, "from_event")]

    def links_relation(self, kinds: list[str]) -> list[Link]:
        counted = Relation.objects.filter(kind__in=kinds)
        return [Link(self.kin("relations").filter(kind__in=kinds), "from_event", counted=counted)]

    def links_measure(self, found: Found) -> list[Link]:
        return [Link(self.kin("measure_steps").filter(found["measure"].at("measure")), "event")]

    def under(self, bodies: Ids) -> Q:
        of_state = bodies.at("body") | bodies.at("official__state")  # a participation is visible only with its party
        return Q(pk__in=self.visible(Participation).filter(of_state).values("event"))
