"""Filters of officials, offices and appointments."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from archive.choices import AppointmentMode
from archive.dates import PartialDate
from archive.filters.dimensions import RecordDimension, WordDimension, links, period_dimensions
from archive.filters.filter_types import BooleanFilter, ChoicesFilter, DateFilter, RecordFilter, TextFilter, WordsFilter
from archive.filters.shared import CountryFilters, DateFilters, SearchFilters, SourceFilters, order_filter
from archive.filters.text_fields import FreeText
from archive.models import Appointment, Body, Office, Official
from archive.search_index.conditions import matching_entries
from archive.sql.name_conditions import name_matches
from archive.sql.references import RecordRefs, RefsByModel
from archive.sql.semi_joins import SemiJoin
from archive.visibility import running


class OfficialFilterSet(CountryFilters, SourceFilters, SearchFilters):
    """Officials. ``office``, ``body`` and ``in_office_on`` together speak of one appointment."""

    fk_name = "official"
    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    name = TextFilter("Any spelling or script of the name, parts in any order; case, accents and hyphens don't count.")
    office = RecordFilter(Office, help_text="Held this office.")
    body = RecordFilter(Body, help_text="Held an office in this body.")
    in_office_on = DateFilter("Held an office on this date; with certain=true surely so.")
    certain = BooleanFilter("true: in_office_on counts only appointments that surely ran on the date.")
    order_by = order_filter(orders)

    own_dimensions = {
        "office": RecordDimension(
            "By the offices that they held.", models=(Office,),
            links=lambda filterset: [links(filterset.visible(Appointment), "official", "office")],
        ),
        "body": RecordDimension(
            "By the bodies in which they held an office.", models=(Body,),
            links=lambda filterset: [links(filterset.visible(Appointment), "official", "office__body")],
        ),
    }  # fmt: skip

    class Meta:
        model = Official
        fields: list[str] = []

    def filter_name(self, text: FreeText) -> Q:
        return name_matches(Official, text.name_patterns)

    def filter_office(self, refs: RefsByModel) -> Q:
        return self._appointed()

    def filter_body(self, refs: RefsByModel) -> Q:
        return Q() if self.value("office") else self._appointed()

    def filter_in_office_on(self, day: PartialDate) -> Q:
        return Q() if self.value("office") or self.value("body") else self._appointed()

    def _appointed(self) -> Q:
        rows: QuerySet[Any] = self.visible(Appointment)
        if (refs := self.value("office")) is not None:
            rows = rows.filter(refs["office"].q("office"))
        if (refs := self.value("body")) is not None:
            rows = rows.filter(refs["body"].q("office__body"))
        if (day := self.value("in_office_on")) is not None:
            rows = rows.filter(running(Appointment, day, bool(self.value("certain"))))
        return Q(pk__in=rows.values("official"))

    def body_links(self) -> list[Any]:
        return [
            links(self.visible(Official), "pk", "state"),
            links(self.visible(Appointment), "official", "office__body"),
        ]

    def of_bodies(self, bodies: RecordRefs) -> Q:
        served = self.visible(Appointment).filter(bodies.q("office__body"))
        return bodies.q("state") | Q(pk__in=served.values("official"))


class OfficeFilterSet(CountryFilters, SourceFilters, SearchFilters):
    """Offices."""

    fk_name = "office"
    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    body = RecordFilter(Body, help_text="The body that the post is in.")
    order_by = order_filter(orders)

    own_dimensions = {"body": RecordDimension("By the body that the post is in.", models=(Body,), path="body_id")}

    class Meta:
        model = Office
        fields: list[str] = []

    def filter_body(self, refs: RefsByModel) -> Q:
        return refs["body"].q("body")

    def body_links(self) -> list[Any]:
        return [links(self.visible(Office), "pk", "body")]

    def of_bodies(self, bodies: RecordRefs) -> Q:
        return bodies.q("body")


class AppointmentFilterSet(DateFilters, CountryFilters, SourceFilters, SearchFilters):
    """Appointments; their date is that of their start, as in their order and counts. ``on`` asks for the whole time."""

    fk_name = "appointment"
    date_field = "start"
    orders = {"date": ("start_sort", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    q = WordsFilter("Words that all occur in the names of the official and the office.")
    official = RecordFilter(Official, help_text="Who is appointed.")
    office = RecordFilter(Office, help_text="To this office.")
    body = RecordFilter(Body, help_text="To an office in this body.")
    date = DateFilter("Appointments that may have started on this EDTF date.")
    date_after = DateFilter("Appointments that may have started on or after this date.")
    date_before = DateFilter("Appointments that may have started on or before this date.")
    on = DateFilter("May have run on this date; with certain=true surely so.")
    certain = BooleanFilter("true: only appointments that surely ran on the date of `on`, or surely started as asked.")
    mode = ChoicesFilter(AppointmentMode, "In full, acting, or named only.")
    order_by = order_filter(orders)

    own_dimensions = {
        "mode": WordDimension("By whether in full, acting, or named only.", path="mode", vocabulary=AppointmentMode),
        "official": RecordDimension("By who is appointed.", models=(Official,), path="official_id"),
        "office": RecordDimension("By office.", models=(Office,), path="office_id"),
        "body": RecordDimension("By the body of the office.", models=(Body,), path="office__body_id"),
        **period_dimensions(of="start"),
    }

    class Meta:
        model = Appointment
        fields: list[str] = []

    def semi_joins_q(self, words: list[FreeText]) -> list[SemiJoin]:  # type: ignore[override]
        rows = Appointment.objects.all()
        for word in words:
            official, office = (
                matching_entries(word.search, kind).values("record_id") for kind in ("officials", "offices")
            )
            rows = rows.filter(Q(official__in=official) | Q(office__in=office))
        return [SemiJoin(rows, "pk")]

    def filter_official(self, refs: RefsByModel) -> Q:
        return refs["official"].q("official")

    def filter_office(self, refs: RefsByModel) -> Q:
        return refs["office"].q("office")

    def filter_body(self, refs: RefsByModel) -> Q:
        return refs["body"].q("office__body")

    def filter_on(self, day: PartialDate) -> Q:
        return running(Appointment, day, bool(self.value("certain")))

    def filter_mode(self, values: list[str]) -> Q:
        return Q(mode__in=values)

    def body_links(self) -> list[Any]:
        return [links(self.visible(Appointment), "pk", path) for path in ("office__body", "official__state")]

    def of_bodies(self, bodies: RecordRefs) -> Q:
        return bodies.q("office__body") | bodies.q("official__state")
