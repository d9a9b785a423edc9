"""The base of all records' FilterSets: parameters, their problems, the filtered queryset and its order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import and_
from typing import Any, ClassVar

import django_filters
from django.db.models import Model, Q, QuerySet
from django.utils.datastructures import MultiValueDict

from archive import pagination
from archive.exceptions import MAX_PROBLEMS, FilterError, Problem
from archive.filters.dimensions import Dimension
from archive.parameter_names import closest_parameter
from archive.sql.relations import visible_related
from archive.sql.semi_joins import SemiJoin, by_exists, by_join
from archive.terms import known_parameter
from archive.visibility import Viewer, visible_records

#: Parameter name -> one value as text, or several.
FilterParams = Mapping[str, str | list[str]]


class ArchiveFilterSet(django_filters.FilterSet):
    """A FilterSet of one record type, for the records that a user may see.

    ``result()`` returns the visible, filtered queryset without an order or raises FilterError; ``order`` is the keyset
    order. A filter's condition is a method ``filter_<name>(value) -> Q``. A filter by rows of a link table is instead
    ``semi_joins_<name>(value) -> list[SemiJoin]``, and may have ``index_paths_<name>(value) -> list[IndexPath]``
    (``archive.filters.planning``).
    """

    #: Name of an order -> the columns it sorts by; all NOT NULL, the last one unique.
    orders: ClassVar[dict[str, tuple[str, ...]]] = {}
    #: The date field that ``date``, ``date_after`` and ``date_before`` compare.
    date_field: ClassVar[str] = "date"
    #: The name of the foreign key to this record in citations and dossier entries.
    fk_name: ClassVar[str] = ""
    #: By what the records are counted, besides the dimensions of base classes; see ``dimensions``.
    own_dimensions: ClassVar[dict[str, Dimension]] = {}
    # Set by django-filter, which has no types.
    base_filters: ClassVar[dict[str, Any]]
    _meta: ClassVar[Any]

    def __init__(self, data: FilterParams, user: Viewer, queryset: QuerySet[Any] | None = None) -> None:
        self.user = user
        params: MultiValueDict[str, str] = MultiValueDict(
            {name: [value] if isinstance(value, str) else list(value) for name, value in data.items()}
        )
        #: Whether a filter has an empty list, which no record matches. (REST cannot express it.)
        self.matches_nothing = not all(values for _, values in params.lists())
        #: Bind parameters in place of values (``archive.filters.prepared_query``).
        self.bound_values: Mapping[str, Any] | None = None
        #: Whether the rows are read in an order; false for counts, to which bounds of the order's index are a cost.
        self.is_ordered = True
        #: The path to the column that sorts the list by date.
        self.sort_path = f"{self.date_field}_sort"
        super().__init__(params, self._meta.model._default_manager.all() if queryset is None else queryset)

    @property
    def form(self) -> Any:
        form = super().form
        for field in form.fields.values():
            field.user = self.user
        return form

    @property
    def values(self) -> Mapping[str, Any]:
        """Filter name -> its cleaned value or bind parameters, None when absent."""
        return self.form.cleaned_data if self.bound_values is None else self.bound_values

    def value(self, name: str) -> Any:
        return self.values.get(name)

    def problems(self) -> list[Problem]:
        """The problems of the parameters: unknown names first, then invalid values."""
        names = sorted(self.base_filters)
        unknown = [name for name in self.data if name not in self.base_filters]
        problems = [
            Problem(name, name, known_parameter(names), closest_parameter(name, names))
            for name in unknown[:MAX_PROBLEMS]
        ]
        for name, errors in self.form.errors.as_data().items():
            for error in errors:
                params = error.params or {}
                got, expected = str(params.get("got", "")), str(params.get("expected", error.message))
                problems.append(Problem(name, got, expected, str(params.get("suggestion", ""))))
        return problems

    def check(self) -> None:
        """Raises FilterError with all problems of the parameters, if there are any."""
        if problems := self.problems():
            raise FilterError(problems)

    def result(self) -> Any:
        """The visible records that match all filters. Raises FilterError."""
        self.check()
        return self.queryset.visible_to(self.user).filter(self.condition())

    def condition(self, correlated: bool = False, exclude: str = "") -> Q:
        """The condition of all filters but ``exclude``.

        Semi-joins are joins from the link table, or with ``correlated`` a subquery for each row that is read.
        """
        if self.matches_nothing:
            return Q(pk__isnull=True)
        filters = {name: value for name, value in self.values.items() if name != exclude and value is not None}
        return reduce(and_, (self._filter_condition(*item, correlated) for item in filters.items()), Q())

    def _filter_condition(self, name: str, value: object, correlated: bool) -> Q:
        if self.has_semi_joins(name):
            joins = self.semi_joins(name, value)
            return by_exists(joins) if correlated else by_join(joins)
        method = getattr(self, f"filter_{name}", None)
        return method(value) if method else Q()

    def has_semi_joins(self, name: str) -> bool:
        return hasattr(self, f"semi_joins_{name}")

    def semi_joins(self, name: str, value: object) -> list[SemiJoin]:
        joins: list[SemiJoin] = getattr(self, f"semi_joins_{name}")(value)
        return joins

    @property
    def order(self) -> pagination.Order:
        """The order of ``order_by``, or the first of ``orders``. Call after ``result()``."""
        return self.parse_order(self.value("order_by"))

    @classmethod
    def dimensions(cls) -> dict[str, Dimension]:
        """The dimensions of this FilterSet and of its base classes, by name."""
        dimensions: dict[str, Dimension] = {}
        for base in cls.__mro__:
            for name, dimension in vars(base).get("own_dimensions", {}).items():
                dimensions.setdefault(name, dimension)
        return dimensions

    @classmethod
    def order_from_params(cls, params: Mapping[str, list[str]]) -> pagination.Order:
        """The order of valid parameters that are not cleaned yet; blank values are absent values."""
        return cls.parse_order(cls.order_name(params))

    @classmethod
    def order_name(cls, params: Mapping[str, list[str]]) -> str:
        """The value of ``order_by`` in parameters, by default the first of ``orders``."""
        texts = (text.strip() for text in params.get("order_by", ()) if text.strip())
        return next(texts, next(iter(cls.orders)))

    @classmethod
    def parse_order(cls, text: str | None) -> pagination.Order:
        """The order of a value of ``order_by``, by default the first of ``orders``."""
        text = text or next(iter(cls.orders))
        return cls.orders[text.lstrip("-")], text.startswith("-")

    def visible(self, model: type[Model]) -> Any:
        return visible_records(model, self.user)

    def visible_related(self, relation: str) -> Any:
        """Visible rows of a relation of visible records."""
        return visible_related(self._meta.model, relation, self.user)
