"""Filters of measures."""

from __future__ import annotations

from functools import reduce
from operator import and_
from typing import Any

from django.db.models import Q

from archive.choices import Instrument
from archive.dates import PartialDate
from archive.filters.dimensions import RecordDimension, WordDimension, many_to_many
from archive.filters.filter_types import ChoicesFilter, DateFilter, RecordFilter, TextsFilter
from archive.filters.shared import CountryFilters, DateFilters, SearchFilters, SourceFilters, TopicFilters, order_filter
from archive.filters.text_fields import FreeText
from archive.models import Body, Measure, MeasureGood
from archive.sql.references import RecordRefs, RefsByModel
from archive.sql.text_conditions import like
from archive.visibility import running


class MeasureFilterSet(DateFilters, TopicFilters, CountryFilters, SourceFilters, SearchFilters):
    """Measures; their date is the time in force."""

    fk_name = "measure"
    date_field = "in_force"
    orders = {
        "date": ("in_force_sort", "slug"), "name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }  # fmt: skip

    imposer = RecordFilter(Body, help_text="A body that imposes it.")
    target = RecordFilter(Body, help_text="A body that it is aimed at.")
    in_force_on = DateFilter("In force on this date; with certain=true surely so.")
    good = TextsFilter("A good it covers: a code (HS by prefix: 2811) or part of a name.")
    instrument = ChoicesFilter(Instrument, "Kind of act.")
    order_by = order_filter(orders)

    own_dimensions = {
        "instrument": WordDimension("By kind of act.", path="instrument", vocabulary=Instrument),
        "imposer": RecordDimension(
            "By the bodies that impose them.", models=(Body,),
            links=lambda filterset: [many_to_many(filterset, Measure, "imposers")],
        ),
        "target": RecordDimension(
            "By the bodies that they are aimed at.", models=(Body,),
            links=lambda filterset: [many_to_many(filterset, Measure, "targets")],
        ),
    }  # fmt: skip

    class Meta:
        model = Measure
        fields: list[str] = []

    def filter_imposer(self, refs: RefsByModel) -> Q:
        return self._linked("imposers", refs["body"])

    def filter_target(self, refs: RefsByModel) -> Q:
        return self._linked("targets", refs["body"])

    def _linked(self, field: str, bodies: RecordRefs) -> Q:
        through = getattr(Measure, field).through
        return Q(pk__in=through.objects.filter(bodies.q("body")).values("measure_id"))

    def filter_in_force_on(self, day: PartialDate) -> Q:
        return running(Measure, day, bool(self.value("certain")))

    def filter_good(self, texts: list[FreeText]) -> Q:
        wanted = Q(pk__in=[])
        for text in texts:
            if text.is_number:
                wanted |= Q(like("code", text.prefix_pattern))
                continue
            wanted |= Q(code=text.text)
            if text.name_patterns:
                wanted |= reduce(and_, (Q(like("folded", pattern.pattern)) for pattern in text.name_patterns))
        return Q(pk__in=self.visible(MeasureGood).filter(wanted).values("measure"))

    def filter_instrument(self, values: list[str]) -> Q:
        return Q(instrument__in=values)

    def body_links(self) -> list[Any]:
        return [many_to_many(self, Measure, name) for name in ("imposers", "targets")]

    def of_bodies(self, bodies: RecordRefs) -> Q:
        return self._linked("imposers", bodies) | self._linked("targets", bodies)
