"""Filters of treaties."""

from __future__ import annotations

from django.db.models import Q

from archive.filters.filter_types import RecordFilter
from archive.filters.shared import DateFilters, SearchFilters, order_filter
from archive.models import Body
from archive.sql.references import RefsByModel
from tests.treaties.models import Treaty


class TreatyFilterSet(DateFilters, SearchFilters):
    """Treaties; their date is that of the signature."""

    date_field = "signed"
    orders = {"date": ("signed_sort", "slug"), "name": ("filing_key", "slug"), "slug": ("slug",)}

    depositary = RecordFilter(Body, help_text="The body that keeps it.")
    order_by = order_filter(orders)

    class Meta:
        model = Treaty
        fields: list[str] = []

    def filter_depositary(self, refs: RefsByModel) -> Q:
        return refs["body"].q("depositary")
