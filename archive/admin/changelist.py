"""Pagination of long change lists without counting the table, and without repeating the search for each page.

A list is read in windows of 1,000 rows, which is fast on any table. The next window begins after the last row of this
one by keyset pagination: it costs as much as the first, and no row is skipped or repeated when others are inserted or
deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, reduce
from typing import Any

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import Model, Q, QuerySet
from django.db.models.options import Options
from django.http import HttpRequest

from archive.admin.list_filters import FORM_FIELDS
from archive.admin.list_parameters import AFTER_VAR, UnusableParameters
from archive.admin.record_lookup import is_primary_key, row_with_key
from archive.admin.translation import TranslatedOptions
from archive.models.fields import FilingKeyField
from archive.visibility import is_nullable

WINDOW_SIZE = 1_000
#: The end of a parameter with the primary key of a record that the listed ones link.
_RECORD_LOOKUP = "__id__exact"


class WindowPaginator(Paginator):  # type: ignore[type-arg]
    """Paginator over the first ``WINDOW_SIZE`` rows of a window; runs the query once, for the primary keys."""

    @cached_property
    def keys(self) -> list[int]:
        """The primary keys of the window's rows, and of one more if there is one."""
        return list(self.object_list.values_list("pk", flat=True)[: WINDOW_SIZE + 1])  # type: ignore[attr-defined]

    @property
    def has_more(self) -> bool:
        return len(self.keys) > WINDOW_SIZE

    @property
    def last_key(self) -> int:
        """The primary key of the window's last row."""
        return self.keys[: self.count][-1]

    @cached_property
    def count(self) -> int:
        return min(len(self.keys), WINDOW_SIZE)

    def page(self, number: int | str) -> Page:  # type: ignore[type-arg]
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        return self._get_page(self.rows(start, min(start + self.per_page, self.count)), number, self)  # type: ignore[attr-defined, no-any-return]

    def rows(self, start: int, end: int) -> Any:
        """The rows from one index to another, fetched by primary key."""
        return self.object_list.filter(pk__in=self.keys[start:end])  # type: ignore[attr-defined]


class StrictChangeList(ChangeList):
    """Change list that takes the parameters of its own filters, and links of a record to its list (where it is used).

    Django's takes any lookup of the model's columns, and some values of them are errors of the database: numbers out
    of its range, invalid regular expressions.
    """

    @property
    def opts(self) -> Any:
        """The model's options, with its names in the active language."""
        return self._opts

    @opts.setter
    def opts(self, options: Options[Any]) -> None:
        self._opts = TranslatedOptions(options)

    def get_filters(self, request: HttpRequest) -> Any:
        try:
            filters: Any = super().get_filters(request)
        except DisallowedModelAdminLookup as error:
            raise UnusableParameters.of(self._disallowed(request)) from error
        lookups: dict[str, Any] = filters[2]
        unusable = {
            name: values
            for name, values in lookups.items()
            if not name.endswith(_RECORD_LOOKUP) or not all(map(is_primary_key, values))
        }
        if unusable:
            raise UnusableParameters.of(unusable)
        return filters

    def _disallowed(self, request: HttpRequest) -> dict[str, Any]:
        """The parameters that are no lookups of the list."""
        return {
            name: values
            for name, values in self.get_filters_params().items()
            if not all(self.model_admin.lookup_allowed(name, value, request) for value in values)
        }


class WindowChangeList(StrictChangeList):
    """Change list in windows. A list that fits on one page is not searched a second time either."""

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.after = request.GET.get(AFTER_VAR, "")
        super().__init__(request, *args)
        # The search form has no hidden field for it: a new search begins with the first window.
        self.params.pop(AFTER_VAR, None)
        self.filter_params.pop(AFTER_VAR, None)

    def get_filters_params(self, params: dict[str, Any] | None = None) -> Any:
        filters = super().get_filters_params(params)
        filters.pop(AFTER_VAR, None)
        # A form sends its empty fields too.
        return {name: values for name, values in filters.items() if name not in FORM_FIELDS or any(values)}

    def get_ordering_field(self, field_name: Any) -> Any:
        """A name's column is ordered by its filing key, as ``order_by=name`` orders the same list."""
        if any(isinstance(field, FilingKeyField) and field_name in field.source for field in self.lookup_opts.fields):
            return "filing_key"
        return super().get_ordering_field(field_name)

    def get_queryset(self, request: HttpRequest, exclude_parameters: list[str | None] | None = None) -> Any:
        queryset = super().get_queryset(request, exclude_parameters)
        if not self.after:
            return queryset
        row = row_with_key(self.root_queryset, self.after)
        order = _keyset_columns(queryset)
        if row is None or order is None:
            raise UnusableParameters.of({AFTER_VAR: self.after})
        return queryset.filter(_after_row(order, row))

    def get_results(self, request: HttpRequest) -> None:
        try:
            super().get_results(request)
        except IncorrectLookupParameters as error:
            raise UnusableParameters.of({PAGE_VAR: request.GET.get(PAGE_VAR, "")}) from error
        if not self.multi_page or self.show_all:
            self.result_list = self.paginator.rows(0, self.result_count)

    def get_query_string(self, new_params: Mapping[str, Any] | None = None, remove: Iterable[str] | None = None) -> str:
        """Links to other pages stay in the window; links to other filters or orders begin with the first window."""
        params = dict(new_params or {})
        if self.after and PAGE_VAR in params:
            params[AFTER_VAR] = self.after
        return str(super().get_query_string(params, [*(remove or ()), AFTER_VAR]))

    @property
    def next_window(self) -> str:
        """The query string of the next window; empty after the last, and if the order has a nullable column."""
        if not self.paginator.has_more or _keyset_columns(self.queryset) is None:
            return ""
        return self.get_query_string({AFTER_VAR: str(self.paginator.last_key)})


def _keyset_columns(queryset: QuerySet[Any]) -> list[tuple[str, bool]] | None:
    """The columns of the order, each with whether it descends; None if one is nullable or an expression."""
    order = []
    for name in queryset.query.order_by:
        if not isinstance(name, str) or is_nullable(queryset.model, name.lstrip("-")):
            return None
        order.append((name.lstrip("-"), name.startswith("-")))
    return order or None


def _after_row(order: list[tuple[str, bool]], row: Model) -> Q:
    """The condition of the rows after a row; the bound on the first column lets the database seek in an index."""
    values = [reduce(getattr, path.split("__"), row) for path, _ in order]
    condition, equal = Q(), Q()
    for (path, descends), value in zip(order, values, strict=True):
        condition |= equal & Q(**{f"{path}__{'lt' if descends else 'gt'}": value})
        equal &= Q(**{path: value})
    path, descends = order[0]
    return Q(**{f"{path}__{'lte' if descends else 'gte'}": values[0]}) & condition
