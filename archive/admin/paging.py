"""Pages of long lists without counting the whole table, and without searching it twice."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.paginator import Page, Paginator
from django.http import HttpRequest

MOST_LISTED = 1_000


class CappedPaginator(Paginator):
    """Pages through the first 1,000 rows, which is quick on any table. Search and filters find the rest."""

    @cached_property
    def _keys(self) -> list[int]:
        return list(self.object_list.values_list("pk", flat=True)[: MOST_LISTED + 1])

    @property
    def is_capped(self) -> bool:
        return len(self._keys) > MOST_LISTED

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
    """A list that fits on a page is not searched for again either."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        if not self.multi_page or self.show_all:
            self.result_list = self.paginator.rows(0, self.result_count)
