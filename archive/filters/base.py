"""The FilterSet that all records' FilterSets extend: who asks, what was wrong, in which order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_
from typing import Any, ClassVar

import django_filters
from django.db.models import Q
from django.utils.datastructures import MultiValueDict

from archive.exceptions import FilterError, Problem
from archive.filters.kinds import (
    ClaimFilter,
    DateFilter,
    MomentFilter,
    OrderFilter,
    SlugsFilter,
    StatesFilter,
    TextFilter,
)
from archive.models import Body, Dossier, Source, Topic
from archive.querysets import keyset
from archive.querysets.ids import Ids
from archive.querysets.nearest import nearest_word
from archive.querysets.relations import visible_kin
from archive.querysets.visibility import not_after, not_before, overlapping, sees_drafts, sorting_by, within
from archive.querysets.words import holds

#: What a FilterSet is asked with: a name -> one text, or several.
Asked = Mapping[str, str | list[str]]


class ArchiveFilterSet(django_filters.FilterSet):
    """Filters one kind of record for one asker.

    ``result()`` gives the visible, filtered queryset (without an order) or raises FilterError; ``order`` is the keyset
    order asked for. Each filter's meaning is a method ``where_<name>(value) -> Q``.
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
        #: What stands for the values in a condition that is compiled once; see ``archive.filters.template``.
        self.stand_ins: Mapping[str, Any] | None = None
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
            Problem(name, name, f"a known parameter: {', '.join(known)}", nearest_word(name, known))
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

    def condition(self) -> Q:
        """All that was asked, as one condition."""
        asked = self.cleaned
        wheres = [
            getattr(self, f"where_{name}")(value)
            for name, value in asked.items()
            if value is not None and hasattr(self, f"where_{name}")
        ]
        return reduce(and_, wheres, Q())

    @property
    def order(self) -> keyset.Order:
        """The order asked for, or the first of ``orders``. Call after ``result()``."""
        return self.order_of(self.cleaned.get("order_by"))

    @classmethod
    def order_of(cls, asked: str | None) -> keyset.Order:
        asked = asked or next(iter(cls.orders))
        return cls.orders[asked.lstrip("-")], asked.startswith("-")

    def asked(self, name: str) -> Any:
        return self.cleaned.get(name)

    def visible(self, model: Any) -> Any:
        return model._default_manager.visible_to(self.user)

    # What the parameters that all records share mean.

    def where_q(self, text: str) -> Q:
        condition = Q()
        for word in text.split()[:8]:
            condition &= reduce(lambda one, other: one | other, (self.holds(path, word) for path in self.searched))
        return condition

    def holds(self, path: str, word: str) -> Q:
        return Q(holds(path, word))

    def where_date(self, day: Any) -> Q:
        asked = within(self.date_field, day) if self.asked("certain") else overlapping(self.date_field, day)
        return asked & self._by(day)

    def _by(self, day: Any) -> Q:
        """The same as a place in the order by date, where there is one and the public asks."""
        path, _, field = self.date_field.rpartition("__")
        if f"{self.date_field}_sort" not in self.orders.get("date", ()) or sees_drafts(self.user):
            return Q()
        model = self._meta.model._meta.get_field(path).related_model if path else self._meta.model
        return sorting_by(self.visible(model), field, day, f"{path}__" if path else "")

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

    def where_topic(self, found: dict[str, Ids]) -> Q:
        topics = found["topic"].below(self.visible(Topic))
        through = self._meta.model._meta.get_field("topics").remote_field.through  # type: ignore[union-attr]
        return Q(pk__in=through.objects.filter(topics.at("topic")).values(f"{self.key}_id"))

    def where_country(self, found: dict[str, Ids]) -> Q:
        return self.under(found["body"].below(self.visible(Body)))

    def under(self, bodies: Ids) -> Q:
        """Records of these bodies (a state and what is under it). Records say how."""
        raise NotImplementedError(f"{type(self).__name__} has a country filter but no under()")

    def where_source(self, found: dict[str, Ids]) -> Q:
        cited = visible_kin(self._meta.model, "citations", self.user).filter(found["source"].at("source"))
        return Q(pk__in=cited.filter(**{f"{self.key}__isnull": False}).values(self.key))

    def where_dossier(self, found: dict[str, Ids]) -> Q:
        entries = visible_kin(self._meta.model, "dossier_entries", self.user).filter(found["dossier"].at("dossier"))
        return Q(pk__in=entries.filter(**{f"{self.key}__isnull": False}).values(self.key))

    def where_updated_after(self, moment: Any) -> Q:
        return Q(updated_at__gt=moment)


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
