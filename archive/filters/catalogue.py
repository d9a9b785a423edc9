"""Filters of bodies, topics, sources and dossiers."""

from __future__ import annotations

from django.db.models import Q

from archive.choices import BodyKind, SourceTier
from archive.filters.base import ArchiveFilterSet
from archive.filters.kinds import SlugsFilter, TextFilter, WordsFilter
from archive.filters.shared import Cited, Dated, Placed, Searched, order_filter
from archive.filters.text import FreeText
from archive.models import Body, Dossier, Source, Topic
from archive.querysets.ids import Ids
from archive.querysets.names import named

Found = dict[str, Ids]


class BodyFilterSet(ArchiveFilterSet, Dated, Placed, Cited, Searched):
    """Bodies; their date is the time in which they existed."""

    key = "body"
    date_field = "existed"
    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    name = TextFilter("Any spelling or script of the name, or its abbreviation.")
    kind = WordsFilter(BodyKind, "Kind of body.")
    parent = SlugsFilter(Body, help_text="The body that it is part of.")
    order_by = order_filter(orders)

    class Meta:
        model = Body
        fields: list[str] = []

    def where_q(self, text: FreeText) -> Q:
        return named(Body, text.parts)

    def where_name(self, text: FreeText) -> Q:
        return named(Body, text.parts)

    def where_kind(self, words: list[str]) -> Q:
        return Q(kind__in=words)

    def where_parent(self, found: Found) -> Q:
        return found["body"].at("parent")

    def under(self, bodies: Ids) -> Q:
        return bodies.at("pk")


class TopicFilterSet(ArchiveFilterSet, Searched):
    """Topics."""

    searched = ("name", "description")
    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    parent = SlugsFilter(Topic, help_text="The topic above it.")
    order_by = order_filter(orders)

    class Meta:
        model = Topic
        fields: list[str] = []

    def where_parent(self, found: Found) -> Q:
        return found["topic"].at("parent")


class SourceFilterSet(ArchiveFilterSet, Dated, Placed, Searched):
    """Sources; their date is when they were published."""

    date_field = "published"
    searched = ("title", "agency", "author")
    orders = {
        "date": ("published_sort", "slug"), "name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"),
        "slug": ("slug",),
    }  # fmt: skip

    publisher = SlugsFilter(Body, help_text="The body that published it.")
    tier = WordsFilter(SourceTier, "How near to the fact it is.")
    order_by = order_filter(orders)

    class Meta:
        model = Source
        fields: list[str] = []

    def where_publisher(self, found: Found) -> Q:
        return found["body"].at("publisher")

    def where_tier(self, words: list[str]) -> Q:
        return Q(tier__in=words)

    def under(self, bodies: Ids) -> Q:
        return bodies.at("publisher")


class DossierFilterSet(ArchiveFilterSet, Searched):
    """Dossiers."""

    searched = ("name", "introduction")
    orders = {"name": ("filing_key", "slug"), "updated_at": ("updated_at", "slug"), "slug": ("slug",)}

    order_by = order_filter(orders)

    class Meta:
        model = Dossier
        fields: list[str] = []
