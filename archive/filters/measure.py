"""Filters of measures."""

from __future__ import annotations

from functools import reduce
from operator import and_

from django.db.models import Q

from archive.choices import Instrument
from archive.dates import PartialDate
from archive.filters.base import ArchiveFilterSet
from archive.filters.kinds import DateFilter, SlugsFilter, TextsFilter, WordsFilter
from archive.filters.shared import Cited, Dated, Filed, Placed, Searched, order_filter
from archive.filters.text import FreeText
from archive.models import Body, Measure, MeasureGood
from archive.querysets.ids import Ids
from archive.querysets.visibility import running
from archive.querysets.words import like

Found = dict[str, Ids]


class MeasureFilterSet(ArchiveFilterSet, Dated, Filed, Placed, Cited, Searched):
    """Measures; their date is the time in force."""

    key = "measure"
    date_field = "in_force"
    searched = ("name", "summary")
    orders = {
        "date": ("in_force_sort", "slug"), "name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }  # fmt: skip

    imposer = SlugsFilter(Body, help_text="A body that imposes it.")
    target = SlugsFilter(Body, help_text="A body that it is aimed at.")
    in_force_on = DateFilter("In force on this date; with certain=true surely so.")
    good = TextsFilter("A good it covers: a code (HS by prefix: 2811) or part of a name.")
    instrument = WordsFilter(Instrument, "Kind of act.")
    order_by = order_filter(orders)

    class Meta:
        model = Measure
        fields: list[str] = []

    def where_imposer(self, found: Found) -> Q:
        return self._linked("imposers", found["body"])

    def where_target(self, found: Found) -> Q:
        return self._linked("targets", found["body"])

    def _linked(self, field: str, bodies: Ids) -> Q:
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

    def under(self, bodies: Ids) -> Q:
        return self._linked("imposers", bodies) | self._linked("targets", bodies)
