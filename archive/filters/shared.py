"""Filters that several records share; what they mean is in ``ArchiveFilterSet``."""

from __future__ import annotations

from collections.abc import Mapping

import django_filters

from archive.filters.kinds import (
    ClaimFilter,
    DateFilter,
    MomentFilter,
    OrderFilter,
    SlugsFilter,
    StatesFilter,
    TextFilter,
)
from archive.models import Dossier, Source, Topic


def order_filter(orders: Mapping[str, tuple[str, ...]]) -> OrderFilter:
    first = next(iter(orders))
    return OrderFilter(
        f"Order: {', '.join(orders)}; a minus sign in front reverses it. Usual: {first}.", orders=list(orders)
    )


class Dated(django_filters.FilterSet):
    """The date filters."""

    date = DateFilter("Records whose date may share a day with this EDTF date.")
    date_after = DateFilter("Records that may lie on or after this date.")
    date_before = DateFilter("Records that may lie on or before this date.")
    certain = ClaimFilter("true: only records that surely lie within the dates asked for, or surely ran on them.")


class Searched(django_filters.FilterSet):
    """The filters of every record."""

    q = TextFilter("Words that all occur in the names, summaries or texts.")
    updated_after = MomentFilter("Records changed after this moment.")


class Cited(django_filters.FilterSet):
    """By source."""

    source = SlugsFilter(Source, help_text="Records for which this source is cited.")


class Filed(django_filters.FilterSet):
    """By topic and dossier."""

    topic = SlugsFilter(Topic, help_text="Records on this topic or one below it.")
    dossier = SlugsFilter(Dossier, help_text="Records in this dossier.")


class Placed(django_filters.FilterSet):
    """By country."""

    country = StatesFilter("Records of this state, or of bodies and officials under it.")
