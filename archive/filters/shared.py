"""Filters that several records share; what they mean is in ``ArchiveFilterSet``."""

from __future__ import annotations

from collections.abc import Mapping

import django_filters

from archive.filters.filter_types import (
    BooleanFilter,
    CountryFilter,
    DateFilter,
    DateTimeFilter,
    OrderFilter,
    RecordFilter,
    TextFilter,
)
from archive.models import Dossier, Source, Topic


def order_filter(orders: Mapping[str, tuple[str, ...]]) -> OrderFilter:
    first = next(iter(orders))
    return OrderFilter(
        f"Order: {', '.join(orders)}; a minus sign in front reverses it. Usual: {first}.", orders=list(orders)
    )


class DateFilters(django_filters.FilterSet):
    """The date filters."""

    date = DateFilter("Records whose date may share a day with this EDTF date.")
    date_after = DateFilter("Records that may lie on or after this date.")
    date_before = DateFilter("Records that may lie on or before this date.")
    certain = BooleanFilter("true: only records that surely lie within the dates asked for, or surely ran on them.")


class SearchFilters(django_filters.FilterSet):
    """The filters of every record."""

    q = TextFilter("Words that all occur in the names, summaries or texts.")
    updated_after = DateTimeFilter("Records changed after this moment.")


class SourceFilters(django_filters.FilterSet):
    """By source."""

    source = RecordFilter(Source, help_text="Records for which this source is cited.")


class TopicFilters(django_filters.FilterSet):
    """By topic and dossier."""

    topic = RecordFilter(Topic, help_text="Records on this topic or one below it.")
    dossier = RecordFilter(Dossier, help_text="Records in this dossier.")


class CountryFilters(django_filters.FilterSet):
    """By country."""

    country = CountryFilter("Records of this state, or of bodies and officials under it.")
