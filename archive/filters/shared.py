"""Filters that several records have, and their conditions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q

from archive.dates import PartialDate
from archive.filters.base import ArchiveFilterSet
from archive.filters.dimensions import RecordDimension, links, many_to_many, period_dimensions
from archive.filters.filter_types import (
    ArchiveFilter,
    BooleanFilter,
    CountryFilter,
    DateFilter,
    DateTimeFilter,
    OrderFilter,
    RecordFilter,
    TextFilter,
)
from archive.filters.text_fields import FreeText
from archive.models import Body, Citation, Dossier, Source, Topic
from archive.models.public_version import earliest_unseen
from archive.registry import collection_of
from archive.search_index.conditions import matching_entries
from archive.sql.references import RecordRefs, RefsByModel
from archive.sql.semi_joins import SemiJoin
from archive.visibility import not_after, not_before, overlapping, sees_drafts, sorting_by, within


def order_filter(orders: Mapping[str, tuple[str, ...]]) -> OrderFilter:
    default = next(iter(orders))
    return OrderFilter(
        f"Order: {', '.join(orders)}; a minus sign in front reverses it. Default {default}.", orders=list(orders)
    )


class DateFilters(ArchiveFilterSet):
    """The date filters, on ``date_field``."""

    date = DateFilter("Records whose date may share a day with this EDTF date.")
    date_after = DateFilter("Records that may lie on or after this date.")
    date_before = DateFilter("Records that may lie on or before this date.")
    certain = BooleanFilter("true: only records that surely lie within the dates asked for, or surely ran on them.")

    own_dimensions = period_dimensions()

    def filter_date(self, day: PartialDate) -> Q:
        matches = within if self.value("certain") else overlapping
        return matches(self.date_field, day) & self._sort_bound(day)

    def filter_date_after(self, day: PartialDate) -> Q:
        if self.value("certain"):
            return not_before(self.date_field, day)
        condition = Q(**{f"{self.date_field}__isnull": False})
        if day.earliest:
            latest = f"{self.date_field}_latest"
            condition &= Q(**{f"{latest}__gte": day.earliest}) | Q(**{f"{latest}__isnull": True})
        return condition

    def filter_date_before(self, day: PartialDate) -> Q:
        if self.value("certain"):
            return not_after(self.date_field, day) & self._sort_bound(day)
        condition = Q(**{f"{self.date_field}__isnull": False})
        if day.latest:
            earliest = f"{self.date_field}_earliest"
            condition &= Q(**{f"{earliest}__lte": day.latest}) | Q(**{f"{earliest}__isnull": True})
            condition &= self._sort_bound(day)
        return condition

    def _sort_bound(self, day: PartialDate) -> Q:
        """A redundant bound on the sort column, for the index of the public's order by date."""
        path, _, field = self.date_field.rpartition("__")
        if (
            not self.is_ordered
            or f"{self.date_field}_sort" not in self.orders.get("date", ())
            or sees_drafts(self.user)
        ):
            return Q()
        model = self._meta.model._meta.get_field(path).related_model if path else self._meta.model
        return sorting_by(self.visible(model), field, day, self.sort_path)


class SearchFilters(ArchiveFilterSet):
    """The filters of every record."""

    q: ArchiveFilter = TextFilter(
        'A search in names, summaries and texts: words, "a phrase", -without, OR, prefix*, name:word.'
    )
    updated_after = DateTimeFilter("Records changed after this moment.")

    def semi_joins_q(self, text: FreeText) -> list[SemiJoin]:
        collection = collection_of(self._meta.model)
        return [SemiJoin(matching_entries(text.search, collection.name if collection else ""), "record_id")]

    def filter_updated_after(self, moment: datetime) -> Q:
        """Rows updated after the moment, or before it in a transaction that was committed after it."""
        return Q(updated_at__gt=earliest_unseen(moment))


class SourceFilters(ArchiveFilterSet):
    """By source and its publisher."""

    source = RecordFilter(Source, help_text="Records for which this source is cited.")
    publisher = RecordFilter(Body, help_text="Records for which a source of this publisher is cited.")

    own_dimensions = {
        "source": RecordDimension(
            "By the sources cited for them.", models=(Source,), links=lambda filterset: filterset.source_links()
        )
    }

    def source_links(self) -> list[Any]:
        """The pairs of records and their sources (``archive.filters.dimensions``)."""
        return [links(self.visible_related("citations"), self.fk_name, "source")]

    def semi_joins_source(self, refs: RefsByModel) -> list[SemiJoin]:
        return self.cited_by(refs["source"].q("source"))

    def semi_joins_publisher(self, refs: RefsByModel) -> list[SemiJoin]:
        return self.cited_by(refs["body"].q("source__publisher"))

    def cited_by(self, condition: Q) -> list[SemiJoin]:
        """Semi-joins by the citations of records that have the condition."""
        rows = self.visible_related("citations").filter(condition, **{f"{self.fk_name}__isnull": False})
        return [SemiJoin(rows, self.fk_name, counted=Citation.objects.filter(condition))]


class TopicFilters(ArchiveFilterSet):
    """By topic and dossier."""

    topic = RecordFilter(Topic, help_text="Records on this topic or one below it.")
    dossier = RecordFilter(Dossier, help_text="Records in this dossier.")

    own_dimensions = {
        "topic": RecordDimension(
            "By their topics, and the topics above these.", models=(Topic,), is_tree=True,
            links=lambda filterset: [many_to_many(filterset, filterset._meta.model, "topics")],
        ),
        "dossier": RecordDimension(
            "By the dossiers that contain them.", models=(Dossier,),
            links=lambda filterset: [
                links(filterset.visible_related("dossier_entries"), filterset.fk_name, "dossier")
            ],
        ),
    }  # fmt: skip

    def semi_joins_topic(self, refs: RefsByModel) -> list[SemiJoin]:
        topics = refs["topic"].with_descendants(self.visible(Topic))
        through = self._meta.model._meta.get_field("topics").remote_field.through  # type: ignore[union-attr]
        return [SemiJoin(through.objects.filter(topics.q("topic")), self.fk_name)]

    def filter_dossier(self, refs: RefsByModel) -> Q:
        entries = self.visible_related("dossier_entries").filter(refs["dossier"].q("dossier"))
        return Q(pk__in=entries.filter(**{f"{self.fk_name}__isnull": False}).values(self.fk_name))


class CountryFilters(ArchiveFilterSet):
    """By country."""

    country = CountryFilter("Records of this state, or of bodies and officials under it.")

    own_dimensions = {
        "country": RecordDimension(
            "By the states that they, their bodies or their officials belong to.", models=(Body,), is_tree=True,
            among=(("kind", "state"),), links=lambda filterset: filterset.body_links(),
        )
    }  # fmt: skip

    def filter_country(self, refs: RefsByModel) -> Q:
        return self.of_bodies(refs["body"].with_descendants(self.visible(Body)))

    def of_bodies(self, bodies: RecordRefs) -> Q:
        """The condition for records of one of the bodies (a state and the bodies under it)."""
        raise NotImplementedError(f"{type(self).__name__} has a country filter but no of_bodies()")

    def body_links(self) -> list[Any]:
        """The pairs of records and the bodies that ``of_bodies`` compares (``archive.filters.dimensions``)."""
        raise NotImplementedError(f"{type(self).__name__} has a country filter but no body_links()")
