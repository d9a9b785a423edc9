"""The FilterSet that all records' FilterSets extend: who asks, what was wrong, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from functools import reduce
from operator import and_
from typing import Any, ClassVar

import django_filters
from django.db.models import F, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.datastructures import MultiValueDict

from archive import pagination
from archive.exceptions import FilterError, Problem
from archive.filters.text_fields import FreeText
from archive.models import Body, Citation, PublicChange, Topic
from archive.sql.partitions import IndexPath, Partition, partition_by_start
from archive.sql.references import RecordRefs
from archive.sql.relations import visible_related
from archive.sql.semi_joins import SemiJoin, by_exists, by_join, exceeds_threshold
from archive.sql.suggestions import suggest_word
from archive.sql.text_conditions import SearchWord, contains_word
from archive.visibility import not_after, not_before, overlapping, sees_drafts, sorting_by, within

#: What a FilterSet is asked with: a name -> one text, or several.
Asked = Mapping[str, str | list[str]]


def has_empty_list(data: Asked) -> bool:
    """Whether one of the parameters was given as a list without values."""
    return any(not isinstance(values, str) and not values for values in data.values())


class ArchiveFilterSet(django_filters.FilterSet):
    """Filters one kind of record for one asker.

    ``result()`` gives the visible, filtered queryset (without an order) or raises FilterError; ``order`` is the keyset
    order asked for. Each filter's meaning is a method ``where_<name>(value) -> Q``, or where it goes by rows of a table
    between, ``links_<name>(value) -> list[Link]``.
    """

    #: Name of an order -> the columns it sorts by; all NOT NULL, the last one unique.
    orders: ClassVar[dict[str, tuple[str, ...]]] = {}
    #: The column of the date that ``date`` and its kin look at.
    date_field: ClassVar[str] = "date"
    #: Columns that ``q`` looks into.
    searched: ClassVar[tuple[str, ...]] = ("name",)
    #: The forward key by which citations and dossiers know the record.
    key: ClassVar[str] = ""

    def __init__(self, data: Asked, user: Any, queryset: Any = None) -> None:
        self.user = user
        asked: MultiValueDict[str, str] = MultiValueDict(
            {name: [value] if isinstance(value, str) else list(value) for name, value in data.items()}
        )
        model = self._meta.model
        #: Whether a filter was given with an empty list, which no record matches. (REST has no form for it.)
        self.matches_nothing = has_empty_list(data)
        #: What stands for the values in a condition that is compiled once; see ``archive.filters.prepared_query``.
        self.stand_ins: Mapping[str, Any] | None = None
        #: The path to the column by which the list's dates sort.
        self.place = f"{self.date_field}_sort"
        super().__init__(asked, queryset if queryset is not None else model._default_manager.all())

    @property
    def form(self) -> Any:
        form = super().form
        for field in form.fields.values():
            field.user = self.user
        return form

    @property
    def cleaned(self) -> Mapping[str, Any]:
        """The values asked for, or what stands for them."""
        return self.form.cleaned_data if self.stand_ins is None else self.stand_ins

    def problems(self) -> list[Problem]:
        """What is wrong with what was asked: unknown names first, then values."""
        known = sorted(self.base_filters)
        found = [
            Problem(name, name, f"a known parameter: {', '.join(known)}", suggest_word(name, known))
            for name in self.data
            if name not in self.base_filters
        ]
        for name, errors in self.form.errors.as_data().items():
            for error in errors:
                told = error.params or {}
                got, expected = str(told.get("got", "")), str(told.get("expected", error.message))
                found.append(Problem(name, got, expected, str(told.get("suggestion", ""))))
        return found

    def result(self) -> Any:
        """The records that the asker may see and asked for. Raises FilterError."""
        if problems := self.problems():
            raise FilterError(problems)
        return self.queryset.visible_to(self.user).filter(self.condition())

    def condition(self, each: bool = False, but: str = "") -> Q:
        """All that was asked, as one condition; with ``each`` for rows that are looked at one after the other.

        ``but`` names a filter that is left out.
        """
        if self.matches_nothing:
            return Q(pk__isnull=True)
        asked = {name: value for name, value in self.cleaned.items() if name != but}
        return reduce(and_, (self._meaning(name, value, each) for name, value in asked.items()), Q())

    def _meaning(self, name: str, value: Any, each: bool) -> Q:
        if value is None:
            return Q()
        if self.has(name):
            links = self.links(name, value)
            return by_exists(links) if each else by_join(links)
        where = getattr(self, f"where_{name}", None)
        return where(value) if where else Q()

    def has(self, name: str) -> bool:
        """Whether a filter goes by rows of a table between."""
        return hasattr(self, f"links_{name}")

    def links(self, name: str, value: Any) -> list[SemiJoin]:
        found: list[SemiJoin] = getattr(self, f"links_{name}")(value)
        return found

    def segments(self) -> tuple[Partition, ...]:
        """Ways to the first rows of the list; none where its condition and order are enough."""
        if self.matches_nothing:
            return ()
        asked = {name: value for name, value in self.cleaned.items() if value is not None}
        dated = self._dated()
        if not dated and (ordered := self._in_order(asked)):
            return ordered
        links = [exceeds_threshold(self.links(name, value)) for name, value in asked.items() if self.has(name)]
        if not links and not dated:
            return ()
        rows = self.queryset.visible_to(self.user)
        if not links:
            found = rows.filter(self.condition())
            return tuple(Partition(found.filter(one), by_sorting) for one, by_sorting in dated)
        all_many = reduce(and_, links)
        few = Partition(rows.filter(~all_many, self.condition()), sorted=True)
        found = rows.filter(all_many, self.condition(each=True))
        return few, *(Partition(found.filter(one), by_sorting) for one, by_sorting in dated or ((Q(), False),))

    def _in_order(self, asked: Mapping[str, Any]) -> tuple[Partition, ...]:
        """Along rows that lead to the list in its order, where one of the filters has them (``ways_<name>``)."""
        if self.order[0][0] != f"{self.date_field}_sort":
            return ()
        for name, value in asked.items():
            find = getattr(self, f"ways_{name}", None)
            if find and (ways := find(value)):
                return tuple(self._along(way, name, ways[:number]) for number, way in enumerate(ways))
        return ()

    def _along(self, way: IndexPath, name: str, before: list[IndexPath]) -> Partition:
        asking = copy(self)
        asking.place = "way_place"
        # An alias, for what is filtered later by the path itself would be another row's.
        rows = self.queryset.visible_to(self.user).filter(way.found).alias(way_place=F(way.place))
        rows = rows.filter(asking.condition(each=True, but=name), *(~one.taken for one in before))
        return Partition(rows, places=(asking.place, *self.order[0][1:]))

    def _dated(self) -> tuple[tuple[Q, bool], ...]:
        path = f"{self.date_field}_sort"
        day = self.asked("date") or self.asked("date_after")
        if self.order[0][0] != path or day is None or self.asked("certain"):
            return ()
        return partition_by_start(path, day)

    @property
    def order(self) -> pagination.Order:
        """The order asked for, or the first of ``orders``. Call after ``result()``."""
        return self.order_of(self.cleaned.get("order_by"))

    @classmethod
    def order_in(cls, filters: Mapping[str, list[str]]) -> pagination.Order:
        """The order that parameters ask for, before they are cleaned; blank values are as if not given."""
        return cls.order_of(next((text.strip() for text in filters.get("order_by", ()) if text.strip()), None))

    @classmethod
    def order_of(cls, asked: str | None) -> pagination.Order:
        asked = asked or next(iter(cls.orders))
        return cls.orders[asked.lstrip("-")], asked.startswith("-")

    def asked(self, name: str) -> Any:
        return self.cleaned.get(name)

    def visible(self, model: Any) -> Any:
        return model._default_manager.visible_to(self.user)

    def kin(self, relation: str) -> Any:
        """Related rows that the asker sees, of records that the asker sees."""
        return visible_related(self._meta.model, relation, self.user)

    # What the parameters that all records share mean.

    def where_q(self, text: FreeText) -> Q:
        condition = Q()
        for word in text.words:
            condition &= reduce(lambda one, other: one | other, (self.holds(path, word) for path in self.searched))
        return condition

    def holds(self, path: str, word: SearchWord) -> Q:
        return Q(contains_word(path, word))

    def where_date(self, day: Any) -> Q:
        asked = within(self.date_field, day) if self.asked("certain") else overlapping(self.date_field, day)
        return asked & self._by(day)

    def _by(self, day: Any) -> Q:
        """The same as a place in the order by date, where there is one and the public asks."""
        path, _, field = self.date_field.rpartition("__")
        if f"{self.date_field}_sort" not in self.orders.get("date", ()) or sees_drafts(self.user):
            return Q()
        model = self._meta.model._meta.get_field(path).related_model if path else self._meta.model
        return sorting_by(self.visible(model), field, day, self.place)

    def where_date_after(self, day: Any) -> Q:
        if self.asked("certain"):
            return not_before(self.date_field, day)
        return Q(**{f"{self.date_field}__isnull": False}) & (
            Q(**{f"{self.date_field}_latest__gte": day.earliest}) | Q(**{f"{self.date_field}_latest__isnull": True})
            if day.earliest
            else Q()
        )

    def where_date_before(self, day: Any) -> Q:
        if self.asked("certain"):
            return not_after(self.date_field, day) & self._by(day)
        return Q(**{f"{self.date_field}__isnull": False}) & (
            (Q(**{f"{self.date_field}_earliest__lte": day.latest}) | Q(**{f"{self.date_field}_earliest__isnull": True}))
            & self._by(day)
            if day.latest
            else Q()
        )

    def links_topic(self, found: dict[str, RecordRefs]) -> list[SemiJoin]:
        topics = found["topic"].below(self.visible(Topic))
        through = self._meta.model._meta.get_field("topics").remote_field.through  # type: ignore[union-attr]
        return [SemiJoin(through.objects.filter(topics.at("topic")), self.key)]

    def where_country(self, found: dict[str, RecordRefs]) -> Q:
        return self.under(found["body"].below(self.visible(Body)))

    def under(self, bodies: RecordRefs) -> Q:
        """Records of these bodies (a state and what is under it). Records say how."""
        raise NotImplementedError(f"{type(self).__name__} has a country filter but no under()")

    def links_source(self, found: dict[str, RecordRefs]) -> list[SemiJoin]:
        named = found["source"].at("source")
        cited = self.kin("citations").filter(named)
        return [
            SemiJoin(cited.filter(**{f"{self.key}__isnull": False}), self.key, counted=Citation.objects.filter(named))
        ]

    def where_dossier(self, found: dict[str, RecordRefs]) -> Q:
        entries = self.kin("dossier_entries").filter(found["dossier"].at("dossier"))
        return Q(pk__in=entries.filter(**{f"{self.key}__isnull": False}).values(self.key))

    def where_updated_after(self, moment: Any) -> Q:
        """What was changed after the moment, and what a transaction stamped before it but committed after it."""
        open_then = PublicChange.objects.filter(began_at__lt=moment, ended_at__gte=moment).exclude(last_at=moment)
        straddling = open_then.order_by("began_at")
        return Q(updated_at__gt=Coalesce(Subquery(straddling.values("began_at")[:1]), moment))
