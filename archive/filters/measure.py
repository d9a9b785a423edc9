"""Filters of measures."""

from __future__ import annotations

from functools import reduce
from operator import and_

from django.db.models import Q

from archive.choices import Instrument
from archive.dates import PartialDate
from archive.filters.base import ArchiveFilterSet
from archive.filters.filter_types import ChoicesFilter, DateFilter, RecordFilter, TextsFilter
from archive.filters.shared import CountryFilters, DateFilters, SearchFilters, SourceFilters, TopicFilters, order_filter
from archive.filters.text_fields import FreeText
from archive.models import Body, Measure, MeasureGood
from archive.sql.references import RecordRefs
from archive.sql.text_conditions import like
from archive.visibility import running

Found = dict[str, RecordRefs]


class MeasureFilterSet(ArchiveFilterSet, DateFilters, TopicFilters, CountryFilters, SourceFilters, SearchFilters):
    """Measures; their date is the time in force."""

    key = "measure"
    date_field = "in_force"
    searched = ("name", "summary")
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

    class Meta:
        model = Measure
        fields: list[str] = []

    def where_imposer(self, found: Found) -> Q:
        return self._linked("imposers", found["body"])

    def where_target(self, found: Found) -> Q:
        return self._linked("targets", found["body"])

    def _linked(self, field: str, bodies: RecordRefs) -> Q:
        through = getattr(Measure, field).through
        return Q(pk__in=through.objects.filter(bodies.at("body")).values("measure_id"))

    def where_in_force_on(self, day: PartialDate) -> Q:
        return running(Measure, day, bool(self.asked("certain")))

    def where_good(self, texts: list[FreeText]) -> Q:
        wanted = Q(pk__in=[])
        for text in texts:
            if text.is_number:
                wanted |= Q(like("code", text.prefix))
                continue
            wanted |= Q(code=text.whole)
            if text.parts:
                wanted |= reduce(and_, (Q(like("folded", part)) for part in text.parts))
        return Q(pk__in=self.visible(MeasureGood).filter(wanted).values("measure"))

    def where_instrument(self, words: list[str]) -> Q:
        return Q(instrument__in=words)

    def under(self, bodies: RecordRefs) -> Q:
        return self._linked("imposers", bodies) | self._linked("targets", bodies)
