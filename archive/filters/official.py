"""Filters of officials, offices and appointments."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from archive.choices import AppointmentMode
from archive.dates import PartialDate
from archive.filters.base import ArchiveFilterSet
from archive.filters.filter_types import BooleanFilter, ChoicesFilter, DateFilter, RecordFilter, TextFilter
from archive.filters.shared import CountryFilters, SearchFilters, SourceFilters, order_filter
from archive.filters.text_fields import FreeText
from archive.models import Appointment, Body, Office, Official
from archive.sql.references import RecordRefs
from archive.sql.text_conditions import name_matches
from archive.visibility import running

Found = dict[str, RecordRefs]


class OfficialFilterSet(ArchiveFilterSet, CountryFilters, SourceFilters, SearchFilters):
    """Officials. ``office``, ``body`` and ``in_office_on`` together speak of one appointment."""

    key = "official"
    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    name = TextFilter("Any spelling or script of the name, parts in any order; case, accents and hyphens don't count.")
    office = RecordFilter(Office, help_text="Held this office.")
    body = RecordFilter(Body, help_text="Held an office in this body.")
    in_office_on = DateFilter("Held an office on this date; with certain=true surely so.")
    certain = BooleanFilter("true: in_office_on counts only appointments that surely ran on the date.")
    order_by = order_filter(orders)

    class Meta:
        model = Official
        fields: list[str] = []

    def where_q(self, text: FreeText) -> Q:
        return name_matches(Official, text.parts)

    def where_name(self, text: FreeText) -> Q:
        return name_matches(Official, text.parts)

    def where_office(self, found: Found) -> Q:
        return self._appointed()

    def where_body(self, found: Found) -> Q:
        return Q() if self.asked("office") else self._appointed()

    def where_in_office_on(self, day: PartialDate) -> Q:
        return Q() if self.asked("office") or self.asked("body") else self._appointed()

    def _appointed(self) -> Q:
        rows: Any = self.visible(Appointment)
        if (found := self.asked("office")) is not None:
            rows = rows.filter(found["office"].at("office"))
        if (found := self.asked("body")) is not None:
            rows = rows.filter(found["body"].at("office__body"))
        if (day := self.asked("in_office_on")) is not None:
            rows = rows.filter(running(Appointment, day, bool(self.asked("certain"))))
        return Q(pk__in=rows.values("official"))

    def under(self, bodies: RecordRefs) -> Q:
        served = self.visible(Appointment).filter(bodies.at("office__body"))
        return bodies.at("state") | Q(pk__in=served.values("official"))


class OfficeFilterSet(ArchiveFilterSet, CountryFilters, SourceFilters, SearchFilters):
    """Offices."""

    key = "office"
    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    body = RecordFilter(Body, help_text="The body that the post is in.")
    order_by = order_filter(orders)

    class Meta:
        model = Office
        fields: list[str] = []

    def where_body(self, found: Found) -> Q:
        return found["body"].at("body")

    def under(self, bodies: RecordRefs) -> Q:
        return bodies.at("body")


class AppointmentFilterSet(ArchiveFilterSet, CountryFilters, SourceFilters, SearchFilters):
    """Appointments; their date is the time from start to end."""

    key = "appointment"
    searched = ("official__name", "office__name")
    orders = {"date": ("start_sort", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    official = RecordFilter(Official, help_text="Who is appointed.")
    office = RecordFilter(Office, help_text="To this office.")
    body = RecordFilter(Body, help_text="To an office in this body.")
    on = DateFilter("May have run on this date; with certain=true surely so.")
    certain = BooleanFilter("true: `on` counts only appointments that surely ran on the date.")
    mode = ChoicesFilter(AppointmentMode, "In full, acting, or named only.")
    order_by = order_filter(orders)

    class Meta:
        model = Appointment
        fields: list[str] = []

    def where_official(self, found: Found) -> Q:
        return found["official"].at("official")

    def where_office(self, found: Found) -> Q:
        return found["office"].at("office")

    def where_body(self, found: Found) -> Q:
        return found["body"].at("office__body")

    def where_on(self, day: PartialDate) -> Q:
        return running(Appointment, day, bool(self.asked("certain")))

    def where_mode(self, words: list[str]) -> Q:
        return Q(mode__in=words)

    def under(self, bodies: RecordRefs) -> Q:
        return bodies.at("office__body") | bodies.at("official__state")
