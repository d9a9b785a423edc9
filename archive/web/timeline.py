"""The drawn timeline as a part of pages, alone for the script that changes its period, and as an SVG file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext, pgettext_lazy

from archive.cache.responses import mark_cacheable
from archive.choices import BodyKind
from archive.dates import PartialDate
from archive.drawing import (
    Drawing,
    Footer,
    Links,
    densest_period,
    drawing_svg,
    lay_out,
    lay_out_overview,
    legend_of,
    overview_svg,
    without_distant_records,
)
from archive.drawing.marks import period_in_words
from archive.exceptions import ArchiveError
from archive.filters.prepared_query import Params
from archive.terms import date_in_words
from archive.text import whole_number
from archive.timeline import TimelineParams
from archive.timeline.params import COLLECTIONS, OWN_PARAMS, TimelineLanes
from archive.timeline.reader import read_timeline
from archive.visibility import Viewer
from archive.web.forms import SECTION, TIMELINE, error_messages, error_status
from archive.web.frames import embed_address, frame_html
from archive.web.lane_names import with_local_names

#: The default is the width of the pages' main part.
DEFAULT_WIDTH, MIN_WIDTH, MAX_WIDTH = 990, 280, 4000
#: As wide that the densest period is found to a two-hundredth of the whole time.
_OVERVIEW_WIDTH = "8000"
DEFAULT_LANES = TimelineLanes.COUNTRY.value
#: The parameters of a view: its period, width and lanes.
VIEW_PARAMS = OWN_PARAMS[:-1]
LANE_LABELS = {
    "country": pgettext_lazy("filter", "country"), "participant": pgettext_lazy("filter", "participant"),
    "classification": pgettext_lazy("filter", "kind"), "none": pgettext_lazy("lanes", "none"),
}  # fmt: skip
#: Filter -> the collection whose records have a timeline by that filter.
RECORD_FILTERS = {"dossier": "dossiers", "topic": "topics", "country": "bodies"}
Limits = tuple[date | None, date | None]


@dataclass(slots=True)
class View:
    """A timeline that is drawn: the period, the lanes, the filters, and where its links lead.

    ``params`` are those of the address. ``fixed`` are those of the timeline that the address has not, or has with
    another meaning; an empty list leaves one out.
    """

    params: Params
    path: str
    user: Any
    fixed: Params = field(default_factory=dict)
    fragment: str = ""
    #: The path that the script fetches a period from, if not ``path``.
    source: str = ""
    title: str = ""
    #: Scheme and host of the archive, for frames of other sites.
    site: str = ""
    #: The first and last day that a period may have; None without a limit.
    limits: Limits = (None, None)
    #: Whether ``path`` is a list, which takes the filter ``date``.
    is_list: bool = False

    @property
    def address(self) -> str:
        return self.href()

    def href(self, **changes: str | None) -> str:
        """The address of this view with other values of some parameters; None removes one.

        It has no width: that is of the screen, and the script adds it to what it fetches.
        """
        query = {name: values for name, values in self.params.items() if name != "width" and any(values)}
        query |= {name: [value] for name, value in changes.items() if value is not None}
        query = {name: values for name, values in query.items() if name not in changes or changes[name] is not None}
        encoded = urlencode(query, doseq=True)
        return f"{self.path}?{encoded}{self.fragment}" if encoded else f"{self.path}{self.fragment}"

    @property
    def texts(self) -> dict[str, list[str]]:
        """The parameters of the timeline."""
        return {name: values for name, values in {**self.params, **self.fixed}.items() if values}

    def period(self, first: date, last: date) -> str:
        return self.href(**{"from": str(first), "to": str(last)})


def site(request: HttpRequest) -> str:
    """Scheme and host of the archive, as the request has them."""
    return request.build_absolute_uri("/").removesuffix("/")


def timeline_context(view: View) -> dict[str, Any]:
    """The context of ``archive/timeline/section.html``. Raises ArchiveError for invalid parameters."""
    texts = {"lanes": [DEFAULT_LANES], **view.texts}
    width = drawing_width(texts.get("width"))
    texts["width"] = [str(width)]
    params = TimelineParams.parse(texts)
    overview = _read({**{name: values for name, values in texts.items() if name not in VIEW_PARAMS},
                      "width": [_OVERVIEW_WIDTH], **period_texts(*view.limits)}, view.user)  # fmt: skip
    if view.is_list and not (overview["count"] or overview["measure_count"]):
        return {"drawing": None, "view": view}  # the list says that nothing matches
    first_day, last_day = limited(params.start, params.end, view.limits)
    if (params.start is None and params.end is None) and (first_day is None or last_day is None):
        first_day, last_day = densest_period(overview) or (first_day, last_day)
    texts |= period_texts(first_day, last_day)
    timeline = _read_drawn(texts, view.user)
    links = Links(record_address, lambda first, last: _cluster_address(view, timeline, first, last))
    drawing = lay_out(timeline, width, links)
    context: dict[str, Any] = {"drawing": drawing, "view": view}
    if drawing is None:
        return context
    first, last = drawing.scale.first, drawing.scale.last
    words = period_in_words(first, last)
    drawn = _drawn(view, first, last)
    small = lay_out_overview(overview, width, first, last, Links(record_address, view.period))
    return context | {
        "svg": drawing_svg(drawing, gettext("Timeline, {period}").format(period=words)),
        "overview": overview_svg(small, gettext("Overview of the whole time")) if small and overview["count"] else "",
        "period": words,
        "count": timeline["count"],
        "measure_count": timeline["measure_count"],
        "marks": [mark for mark in drawing.marks if not mark.is_repeated],
        "moves": _moves(view, first, last, overview),
        "lane_links": [
            (label, view.href(lanes=name), texts["lanes"][0] == name) for name, label in LANE_LABELS.items()
        ],
        "key": legend_of(drawing),
        "drawn": drawn,
        "file_query": urlencode(drawn, doseq=True),
        "frame_code": frame_html(f"{view.site}{embed_address(drawn)}", view.title or gettext("Timeline")),
    }


def limited(first: date | None, last: date | None, limits: Limits) -> Limits:
    """The part of a period inside the limits; the limits themselves if there is none."""
    low, high = limits
    first = max((day for day in (first, low) if day is not None), default=None)
    last = min((day for day in (last, high) if day is not None), default=None)
    return limits if first and last and first > last else (first, last)


def period_texts(first: date | None, last: date | None) -> dict[str, list[str]]:
    return {name: [day.isoformat()] for name, day in (("from", first), ("to", last)) if day is not None}


def standalone_drawing(texts: Params, user: Viewer, site: str) -> tuple[Drawing, Footer] | None:
    """The drawing for a file of its own, with its footer; None if there is nothing to draw. Raises ArchiveError.

    Its links lead to the archive at ``site`` from wherever the file is opened.
    """
    view = View(texts, f"{site}{reverse('web:timeline')}", user)
    values = {"lanes": [DEFAULT_LANES], **texts}
    width = drawing_width(values.get("width"))
    timeline = _read_drawn({**values, "width": [str(width)]}, user)
    links = Links(lambda kind, slug: f"{site}{record_address(kind, slug)}", view.period)
    drawing = lay_out(timeline, width, links)
    if drawing is None:
        return None
    title = gettext("Timeline, {period}").format(period=period_in_words(drawing.scale.first, drawing.scale.last))
    today = date_in_words(PartialDate.parse(localdate().isoformat()))
    return drawing, Footer(title, gettext("{address}, drawn on {date}").format(address=site, date=today))


def drawing_width(values: list[str] | None) -> int:
    """The width to draw, within limits; that of no or an invalid number is the default."""
    width = whole_number(values[0] if values else "", 0, 99_999)
    return DEFAULT_WIDTH if width is None else min(max(width, MIN_WIDTH), MAX_WIDTH)


def timeline_filter(collection: str, record: Any) -> str | None:
    """The filter of the timeline on a record's page; None if the page has none, as that of a body that is no state."""
    if collection == "bodies" and record.kind != BodyKind.STATE:
        return None
    return next((name for name, filtered in RECORD_FILTERS.items() if filtered == collection), None)


def record_address(kind: str, slug: str) -> str:
    return reverse(f"web:{COLLECTIONS[kind]}", args=[slug])


def _read(texts: Params, user: Viewer) -> dict[str, Any]:
    timeline: dict[str, Any] = json.loads(read_timeline(TimelineParams.parse(texts), user))
    return timeline


def _read_drawn(texts: Params, user: Viewer) -> dict[str, Any]:
    """The timeline to draw, with the names of its lanes in the language of the page."""
    return with_local_names(without_distant_records(_read(texts, user)))


def _cluster_address(view: View, timeline: Mapping[str, Any], first: date, last: date) -> str:
    """The period of a cluster; if it is the period of the drawing, the records in one lane, or their list."""
    if (str(first), str(last)) != (timeline["from"], timeline["to"]):
        return view.period(first, last)
    if len(timeline["lanes"]) > 1:
        return view.href(**{"from": str(first), "to": str(last), "lanes": "none"})
    period = f"{first}/{last}" if first != last else str(first)
    if view.is_list:
        address = view.href(**dict.fromkeys(VIEW_PARAMS), date=period)
        return f"{address.removesuffix(view.fragment)}#found"
    return f"{reverse('web:front')}?{urlencode({'date': period})}"


def _drawn(view: View, first: date, last: date) -> dict[str, list[str]]:
    """The parameters of what is drawn, with its period, for an address that draws the same."""
    params = {name: values for name, values in view.texts.items() if any(values)}
    return params | {"from": [str(first)], "to": [str(last)]}


def _moves(view: View, first: date, last: date, overview: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(name, label, address) of each step in time: an address is empty where there is nowhere to go."""
    start, end = first.toordinal(), last.toordinal()
    low, high = (day or limit for day, limit in zip(view.limits, (date.min, date.max), strict=True))
    low_day, high_day = low.toordinal(), high.toordinal()
    days = end - start + 1
    half, quarter = max(1, days // 2), days // 4

    def address(begin: int, finish: int) -> str:
        begin, finish = max(begin, low_day), min(finish, high_day)
        is_new = (begin, finish) != (start, end) and begin <= finish
        return view.period(date.fromordinal(begin), date.fromordinal(finish)) if is_new else ""

    everything = ""
    if overview["from"] and (overview["from"], overview["to"]) != (str(first), str(last)):
        everything = view.href(**{"from": overview["from"], "to": overview["to"]})
    return [
        (
            "earlier",
            gettext("Earlier"),
            address(start - half, max(end - half, start - half)) if start > low_day else "",
        ),
        ("in", gettext("Zoom in"), address(start + quarter, max(end - quarter, start + quarter)) if days > 1 else ""),
        ("out", gettext("Zoom out"), address(start - half, end + half)),
        (
            "later",
            gettext("Later"),
            address(min(start + half, end + half), end + half) if end < high_day else "",
        ),
        ("busiest", gettext("Busiest years"), view.href(**{"from": None, "to": None})),
        ("all", gettext("All years"), everything),
    ]


def is_section(request: HttpRequest, section: str = TIMELINE) -> bool:
    """Whether a script asks for a part of a page alone, to put it in the place of the one there."""
    return request.GET.getlist(SECTION) == [section]


def section_response(request: HttpRequest, read: Callable[[], dict[str, Any]]) -> HttpResponse:
    """The drawn timeline of a page alone; ``read`` returns its context.

    It is at the page's address with one more parameter, so that caches keep the two apart without ``Vary``. The script
    opens the page itself in place of an error: 400 for invalid parameters, Http404 without a drawing.
    """
    try:
        context, status = read(), 200
    except ArchiveError as error:
        context, status = {"problems": error_messages(error)}, error_status(error)
    if not context:
        raise Http404
    return mark_cacheable(render(request, "archive/timeline/alone.html", context, status=status))
