"""The drawn timeline of a list of events or statements, with the filters of the list."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext

from archive.filters import FILTERSETS
from archive.filters.dimensions import date_bounds
from archive.filters.prepared_query import Params, plan_key
from archive.timeline.params import COLLECTIONS, TimelineKind, TimelineParams
from archive.visibility import Viewer
from archive.web.timeline import VIEW_PARAMS, Limits, View, limited, period_texts, site, timeline_context

#: Collection -> the kind of the timeline above its list.
LIST_KINDS = {"events": TimelineKind.EVENT, "statements": TimelineKind.STATEMENT}
#: The filters that a period replaces.
_BY_DATE = ("date", "date_after", "date_before")


def split_view(params: Params) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The parameters of the drawn timeline of a list, and those of the list."""
    view = {name: values for name, values in params.items() if name in VIEW_PARAMS}
    return view, {name: values for name, values in params.items() if name not in view}


def list_timeline(kind: str, filters: Params, view_params: Params, request: HttpRequest) -> dict[str, Any]:
    """The context of the timeline of a list's events or statements; empty without dates. Raises ArchiveError.

    ``filters`` are the parameters of the list. Its filters by date are the limits of the period.
    """
    if (limits := _date_limits(kind, filters, request.user)) is None:
        return {}
    view = View(
        {**filters, **view_params}, request.path, request.user, _fixed(kind), "#timeline", limits=limits, is_list=True
    )
    view.site, view.title = site(request), gettext("Timeline")
    context = timeline_context(view)
    return context if context["drawing"] else {}


def list_timeline_params(kind: str, filters: Params, view_params: Params) -> dict[str, list[str]] | None:
    """The parameters of a timeline of its own that draws the same; None if there is none. Raises ArchiveError."""
    if (limits := _date_limits(kind, filters, None)) is None:
        return None
    texts = View({**filters, **view_params}, "", None, _fixed(kind)).texts
    params = TimelineParams.parse(texts)
    return texts | period_texts(*limited(params.start, params.end, limits))


def _fixed(kind: str) -> dict[str, list[str]]:
    """What the timeline does not take from the address of the list."""
    return {name: [] for name in (*_BY_DATE, "order_by", "cursor")} | {"kind": [kind]}


def _date_limits(kind: str, filters: Params, user: Viewer) -> Limits | None:
    """The first day and the last that all filters by date have; None if there is no such day. Raises ArchiveError."""
    own = {name: values for name, values in filters.items() if name not in ("kind", "cursor")}
    filterset = FILTERSETS[COLLECTIONS[kind]]
    plan_key(filterset, own, user)  # a section is drawn without the list, which checks its filters otherwise
    first, last = date_bounds(filterset, own)
    return None if first and last and first > last else (first, last)
