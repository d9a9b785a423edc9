"""Pages of long lists without counting the whole table, and without searching it twice.

A list is read in windows of 1,000 rows, which is quick on any table. The next window begins after the last row of this
one by its place in the order, so it costs what the first one costs, and no row is skipped or seen twice when others
are entered or deleted.
"""

from __future__ import annotations

from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import HttpRequest

from archive.models.fields import FilingKeyField

MOST_LISTED = 1_000
#: The parameter that holds the key of the row after which a window begins.
AFTER_VAR = "after"


class CappedPaginator(Paginator):
    """Pages through the first 1,000 rows of a window."""

    @cached_property
    def _keys(self) -> list[int]:
        return list(self.object_list.values_list("pk", flat=True)[: MOST_LISTED + 1])

    @property
    def is_capped(self) -> bool:
        return len(self._keys) > MOST_LISTED

    @property
    def last_key(self) -> int:
        """The key of the window's last row."""
        return self._keys[: self.count][-1]

    @cached_property
    def count(self) -> int:
        return min(len(self._keys), MOST_LISTED)

    def page(self, number: Any) -> Page:
        number = self.validate_number(number)
        start = (number - 1) * self.per_page
        return self._get_page(self.rows(start, min(start + self.per_page, self.count)), number, self)

    def rows(self, start: int, end: int) -> Any:
        """The rows of those places, found by their keys: what was searched for has been found already."""
        return self.object_list.filter(pk__in=self._keys[start:end])


class CappedChangeList(ChangeList):
    """A list in windows; one that fits on a page is not searched for again either."""

    def __init__(self, request: HttpRequest, *args: Any) -> None:
        self.after = request.GET.get(AFTER_VAR, "")
        super().__init__(request, *args)
        # Not for the search form: what is searched for is searched for in the whole list.
        self.params.pop(AFTER_VAR, None)
        self.filter_params.pop(AFTER_VAR, None)

    def get_filters_params(self, params: Any = None) -> Any:
        found = super().get_filters_params(params)
        found.pop(AFTER_VAR, None)
        return found

    def get_ordering_field(self, field_name: Any) -> Any:
        """A name's column is ordered by its filing key, as the same list is by ``order_by=name``."""
        if any(isinstance(one, FilingKeyField) and field_name in one.source for one in self.lookup_opts.fields):
            return "filing_key"
        return super().get_ordering_field(field_name)

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> Any:
        found = super().get_queryset(request, exclude_parameters)
        if not self.after:
            return found
        row = self.root_queryset.filter(pk=self.after).first() if _is_key(self.after) else None
        order = _order(found)
        if row is None or order is None:
            raise IncorrectLookupParameters(f"after={self.after}")
        return found.filter(_beyond(order, row))

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page or self.show_all:
            self.result_list = self.paginator.rows(0, self.result_count)

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        """Another page stays in the window; another filter or order begins anew."""
        new = dict(new_params or {})
        if self.after and PAGE_VAR in new:
            new[AFTER_VAR] = self.after
        return str(super().get_query_string(new, [*(remove or ()), AFTER_VAR]))

    @property
    def following(self) -> str:
        """The address of the next window, or an empty string: this is the last, or its order has no places."""
        if not self.paginator.is_capped or _order(self.queryset) is None:
            return ""
        return self.get_query_string({AFTER_VAR: str(self.paginator.last_key)})


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _order(queryset: Any) -> list[tuple[str, bool]] | None:
    """The columns of the list's order, each with whether it descends; None where they can't tell a place."""
    order = []
    for name in queryset.query.order_by:
        if not isinstance(name, str) or _may_be_null(queryset.model, name.lstrip("-")):
            return None
        order.append((name.lstrip("-"), name.startswith("-")))
    return order or None


def _may_be_null(model: Any, path: str) -> bool:
    for name in path.split("__"):
        field = model._meta.pk if name == "pk" else model._meta.get_field(name)
        if field.null:
            return True
        model = field.related_model
    return False


def _beyond(order: list[tuple[str, bool]], row: Any) -> Q:
    """Rows after a row; the bound on the first column lets the database seek (see ``keyset.beyond``)."""
    equal, steps = Q(), []
    for path, descends in order:
        value = reduce(getattr, path.split("__"), row)
        steps.append(equal & Q(**{f"{path}__{'lt' if descends else 'gt'}": value}))
        equal &= Q(**{path: value})
    (path, descends), first = order[0], reduce(getattr, order[0][0].split("__"), row)
    return Q(**{f"{path}__{'lte' if descends else 'gte'}": first}) & reduce(or_, steps)
