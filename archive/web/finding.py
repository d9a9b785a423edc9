"""The search page: records of all kinds that hold the words, narrowed by the filters that they share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from archive import pagination
from archive.exceptions import ArchiveError, FilterError
from archive.filters import FILTERSETS
from archive.search import search
from archive.web.filters import offered, sentences

_KINDS = ("officials", "bodies", "measures", "events", "statements")
_MOST = 20


def found(request: HttpRequest) -> HttpResponse:
    """Records that hold the words."""
    asked = {name: request.GET.getlist(name) for name in request.GET if name == "" or any(request.GET.getlist(name))}
    context: dict[str, Any] = {"offered": offered("search", asked), "asked": asked}
    try:
        context["groups"] = _grouped(_rows(asked, request.user))
    except ArchiveError as error:
        context["problems"] = sentences(error)
    return render(request, "archive/search.html", context, status=400 if context.get("problems") else 200)


def _rows(asked: Mapping[str, list[str]], user: Any) -> list[Any]:
    if not asked:
        return []
    if set(asked) == {"q"}:
        return search(asked["q"][-1], user, _MOST)
    kinds = [kind for kind in _KINDS if set(asked) <= set(FILTERSETS[kind].base_filters)]
    if not kinds:
        raise FilterError(FILTERSETS["statements"](asked, user).problems())
    rows: list[Any] = []
    for kind in kinds:
        filterset = FILTERSETS[kind](asked, user)
        narrowed = filterset.result()
        rows += narrowed.order_by(*pagination.ordering(filterset.order))[:_MOST]
    return rows


def _grouped(rows: list[Any]) -> list[tuple[str, list[Any]]]:
    groups: dict[str, list[Any]] = {}
    for row in rows:
        groups.setdefault(str(row._meta.verbose_name_plural), []).append(row)
    return list(groups.items())
