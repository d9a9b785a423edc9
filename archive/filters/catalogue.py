"""Filters of bodies, topics, sources and dossiers."""

from __future__ import annotations

from django.db.models import Q

from archive.choices import BodyKind, SourceTier
from archive.filters.base import ArchiveFilterSet
from archive.filters.filter_types import ChoicesFilter, RecordFilter, TextFilter
from archive.filters.shared import CountryFilters, DateFilters, SearchFilters, SourceFilters, order_filter
from archive.filters.text_fields import FreeText
from archive.models import Body, Dossier, Source, Topic
from archive.sql.references import RecordRefs
from archive.sql.text_conditions import name_matches

Found = dict[str, RecordRefs]


class BodyFilterSet(ArchiveFilterSet, DateFilters, CountryFilters, SourceFilters, SearchFilters):
    """Bodies; their date is the time in which they existed."""

    key = "body"
    date_field = "existed"
    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    name = TextFilter("Any spelling or script of the name, or its abbreviation.")
    kind = ChoicesFilter(BodyKind, "Kind of body.")
    parent = RecordFilter(Body, help_text="The body that it is part of.")
    order_by = order_filter(orders)

    class Meta:
        model = Body
        fields: list[str] = []

    def where_q(self, text: FreeText) -> Q:
        return name_matches(Body, text.parts)

    def where_name(self, text: FreeText) -> Q:
        return name_matches(Body, text.parts)

    def where_kind(self, words: list[str]) -> Q:
        return Q(kind__in=words)

    def where_parent(self, found: Found) -> Q:
        return found["body"].at("parent")

    def under(self, bodies: RecordRefs) -> Q:
        return bodies.at("pk")


class TopicFilterSet(ArchiveFilterSet, SearchFilters):
    """Topics."""

    searched = ("name", "description")
    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    parent = RecordFilter(Topic, help_text="The topic above it.")
    order_by = order_filter(orders)

    class Meta:
        model = Topic
        fields: list[str] = []

    def where_parent(self, found: Found) -> Q:
        return found["topic"].at("parent")


class SourceFilterSet(ArchiveFilterSet, DateFilters, CountryFilters, SearchFilters):
    """Sources; their date is when they were published."""

    date_field = "published"
    searched = ("title", "agency", "author")
    orders = {
        "date": ("published_sort", "slug"), "name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }  # fmt: skip

    publisher = RecordFilter(Body, help_text="The body that published it.")
    tier = ChoicesFilter(SourceTier, "How near to the fact it is.")
    order_by = order_filter(orders)

    class Meta:
        model = Source
        fields: list[str] = []

    def where_publisher(self, found: Found) -> Q:
        return found["body"].at("publisher")

    def where_tier(self, words: list[str]) -> Q:
        return Q(tier__in=words)

    def under(self, bodies: RecordRefs) -> Q:
        return bodies.at("publisher")


class DossierFilterSet(ArchiveFilterSet, SearchFilters):
    """Dossiers."""

    searched = ("name", "introduction")
    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    order_by = order_filter(orders)

    class Meta:
        model = Dossier
        fields: list[str] = []
