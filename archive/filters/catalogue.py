"""Filters of bodies, topics, sources and dossiers."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Q

from archive.choices import BodyKind, SourceTier
from archive.filters.dimensions import RecordDimension, WordDimension, links
from archive.filters.filter_types import ChoicesFilter, RecordFilter, TextFilter, TextsFilter
from archive.filters.shared import CountryFilters, DateFilters, SearchFilters, SourceFilters, order_filter
from archive.filters.text_fields import FreeText
from archive.models import Body, Dossier, Source, Topic
from archive.sql.name_conditions import name_matches
from archive.sql.references import RecordRefs, RefsByModel


class BodyFilterSet(DateFilters, CountryFilters, SourceFilters, SearchFilters):
    """Bodies; their date is the time in which they existed."""

    fk_name = "body"
    date_field = "existed"
    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    name = TextFilter("Any spelling or script of the name, or its abbreviation.")
    kind = ChoicesFilter(BodyKind, "Kind of body.")
    parent = RecordFilter(Body, help_text="The body that it is part of.")
    order_by = order_filter(orders)

    own_dimensions = {
        "kind": WordDimension("By kind.", path="kind", vocabulary=BodyKind),
        "parent": RecordDimension("By the body that they are part of.", models=(Body,), path="parent_id"),
    }

    class Meta:
        model = Body
        fields: list[str] = []

    def filter_name(self, text: FreeText) -> Q:
        return name_matches(Body, text.name_patterns)

    def filter_kind(self, values: list[str]) -> Q:
        return Q(kind__in=values)

    def filter_parent(self, refs: RefsByModel) -> Q:
        return refs["body"].q("parent")

    def body_links(self) -> list[Any]:
        return [self.visible(Body).values(record=F("pk"), key=F("pk"))]

    def of_bodies(self, bodies: RecordRefs) -> Q:
        return bodies.q("pk")


class TopicFilterSet(SearchFilters):
    """Topics."""

    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    parent = RecordFilter(Topic, help_text="The topic above it.")
    order_by = order_filter(orders)

    own_dimensions = {"parent": RecordDimension("By the topic above them.", models=(Topic,), path="parent_id")}

    class Meta:
        model = Topic
        fields: list[str] = []

    def filter_parent(self, refs: RefsByModel) -> Q:
        return refs["topic"].q("parent")


class SourceFilterSet(DateFilters, CountryFilters, SearchFilters):
    """Sources; their date is when they were published."""

    date_field = "published"
    orders = {
        "date": ("published_sort", "slug"), "name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }  # fmt: skip

    publisher = RecordFilter(Body, help_text="The body that published it.")
    tier = ChoicesFilter(SourceTier, "How near to the fact it is.")
    language = TextsFilter("Language, as a BCP 47 tag.")
    order_by = order_filter(orders)

    own_dimensions = {
        "publisher": RecordDimension("By the body that published them.", models=(Body,), path="publisher_id"),
        "tier": WordDimension("By how near to the fact they are.", path="tier", vocabulary=SourceTier),
        "language": WordDimension("By language.", path="language"),
    }

    class Meta:
        model = Source
        fields: list[str] = []

    def filter_publisher(self, refs: RefsByModel) -> Q:
        return refs["body"].q("publisher")

    def filter_tier(self, values: list[str]) -> Q:
        return Q(tier__in=values)

    def filter_language(self, tags: list[FreeText]) -> Q:
        return Q(language__in=[tag.text for tag in tags])

    def body_links(self) -> list[Any]:
        return [links(self.visible(Source), "pk", "publisher")]

    def of_bodies(self, bodies: RecordRefs) -> Q:
        return bodies.q("publisher")


class DossierFilterSet(SearchFilters):
    """Dossiers."""

    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    order_by = order_filter(orders)

    class Meta:
        model = Dossier
        fields: list[str] = []
