"""The layout of a record's periods: the terms of an official, the holders of offices, a measure with its goods."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, date

from django.utils.translation import gettext

from archive.dates import PartialDate
from archive.dates.value import WIDTH
from archive.drawing.boxes import Box
from archive.drawing.drawing import Drawing, Kind, Mark, Span, Step
from archive.drawing.layout import AXIS_HEIGHT, MARGIN, in_order, place_lane
from archive.drawing.marks import Draft, clean, period_in_words, with_room_for
from archive.drawing.scale import Scale, axis_of
from archive.drawing.spans import Days, span_of
from archive.terms import date_in_words

#: The part of the whole time that is added after a period without an end, and before one without a start.
_OPEN_SHARE = 0.12
#: Pixels of the narrowest column, and how many marks of it stand by themselves.
_COLUMN, _MAX_PER_COLUMN = 40, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """A step of a period at a date: a notch in its bar."""

    name: str
    slug: str
    date: PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A record to draw: a period, of which ``days`` are known, or a ``date``.

    ``href`` is empty for what has no page. ``when``: its time in words. ``facts``: what else its text equivalent says.
    ``is_light``: a mark without a label, whose record has its link in a list of the page.
    """

    kind: Kind
    slug: str
    name: str
    when: str
    href: str = ""
    days: Days | None = None
    date: PartialDate | None = None
    facts: tuple[str, ...] = ()
    is_approximate: bool = False
    is_uncertain: bool = False
    is_light: bool = False
    phases: tuple[Phase, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """A lane of entries below a heading, which leads to ``href`` if it has one.

    ``list_href``: the address of the records of a period, open where a day is None. With it dense entries, which have
    dates, are drawn as clusters that lead there.
    """

    name: str
    entries: Sequence[Entry]
    href: str = ""
    max_rows: int = 12
    list_href: Callable[[date | None, date | None], str] | None = None


def lay_out_periods(strips: Sequence[Strip], width: int) -> Drawing | None:
    """The drawing of the strips below each other, over whole years; None if no entry has a day."""
    period = _period(entry for strip in strips for entry in strip.entries)
    if period is None:
        return None
    scale = Scale(*period, MARGIN, width - MARGIN)
    lanes, marks = [], []
    top = float(AXIS_HEIGHT)
    for strip in strips:
        drafts = list(_drafts(strip, scale))
        lane, lane_marks = place_lane(scale, clean(strip.name), 0, top, drafts, strip.max_rows)
        lanes.append(replace(lane, href=strip.href))
        marks += lane_marks
        top = lane.y1
    return Drawing(width, top + 4, scale, axis_of(scale), tuple(lanes), tuple(in_order(marks)), ())


def _drafts(strip: Strip, scale: Scale) -> Iterator[Draft]:
    """The marks of the entries, of which those too close to each other are one."""
    if strip.list_href is None:
        yield from (_draft(entry, scale) for entry in strip.entries)
        return
    cells: dict[tuple[int, int], list[tuple[Entry, Draft]]] = {}
    for entry in strip.entries:
        draft = _draft(entry, scale)
        span, level = draft.mark.span, 0
        # As in the cells of a timeline: a mark that is wider than a column belongs to one of 2, 4, 8, ... columns.
        while span.x1 - span.x0 > _COLUMN << level:
            level += 1
        cells.setdefault((level, int(span.x0 - scale.left) // (_COLUMN << level)), []).append((entry, draft))
    for cell in cells.values():
        if len(cell) > _MAX_PER_COLUMN:
            yield _cluster(strip.name, [entry for entry, _ in cell], strip.list_href, scale)
        else:
            yield from (draft for _, draft in cell)


def _cluster(
    lane: str, entries: Sequence[Entry], href: Callable[[date | None, date | None], str], scale: Scale
) -> Draft:
    starts, ends = zip(*((entry.date.earliest, entry.date.latest) for entry in entries if entry.date), strict=True)
    first = None if None in starts else min(starts)
    last = None if None in ends else max(ends)
    x0 = scale.left if first is None else scale.x(first.toordinal())
    x1 = scale.right if last is None else scale.x(last.toordinal() + 1)
    x0, x1 = with_room_for(len(entries), x0, x1, scale)
    when = period_in_words(first, last)
    title = gettext("{lane}, {when}: {count} records. Their list").format(lane=lane, when=when, count=len(entries))
    mark = Mark(
        kind="cluster", slug=entries[0].slug, name=title, when=when, title=title, href=href(first, last), side=0,
        span=Span(x0, x1, opens=first is not None, closes=last is not None), is_point=False, is_approximate=False,
        is_uncertain=False, sort=min(_sort(entry) for entry in entries), count=len(entries),
    )  # fmt: skip
    return Draft(mark, Box(x0, x1, "", 3, has_text=True))


def _draft(entry: Entry, scale: Scale) -> Draft:
    name = clean(entry.name)
    days = entry.days
    if entry.date is not None:
        span, is_point = span_of(entry.date, scale)
    else:
        span, is_point = (days or Days(None, None)).span(scale), False
    mark = Mark(
        kind=entry.kind, slug=entry.slug, name=name, when=entry.when, href=entry.href, side=0, span=span,
        title=". ".join([f"{name}, {entry.when}" if entry.when else name, *map(clean, entry.facts)]),
        is_point=is_point, is_approximate=entry.is_approximate, is_uncertain=entry.is_uncertain,
        sort=_sort(entry), is_repeated=entry.is_light, steps=tuple(_steps(entry.phases, scale)),
    )  # fmt: skip
    return Draft(mark, Box(span.x0, span.x1, "" if entry.is_light else name, 1))


def _steps(phases: Iterable[Phase], scale: Scale) -> Iterable[Step]:
    for phase in phases:
        if (day := phase.date.earliest or phase.date.latest) is not None:
            title = f"{phase.name} {date_in_words(phase.date)}"
            yield Step(scale.x(day.toordinal()), title, phase.slug, phase.name)


def _sort(entry: Entry) -> tuple[int, int, str]:
    if entry.date is not None:
        return entry.date.sort, 1, entry.slug
    first = entry.days.first or entry.days.last if entry.days else None
    return (first or date.max).toordinal() * WIDTH, 1, entry.slug


def _period(entries: Iterable[Entry]) -> tuple[date, date] | None:
    """The years from the first to the last known day, and some more where a period has no start or no end."""
    known_days: list[date] = []
    opens = closes = True
    for entry in entries:
        spans = [entry.days or Days(None, None)] if entry.date is None else []
        dates = [(item.earliest, item.latest) for item in [entry.date, *(step.date for step in entry.phases)] if item]
        known_days += [day for bounds in dates for day in bounds if day is not None]
        for days in spans:
            known_days += [day for day in (days.first, days.last, *(days.sure or ())) if _is_limit(day)]
            opens, closes = opens and days.first is not None, closes and days.last is not None
    if not known_days:
        return None
    first, last = min(known_days).year, max(known_days).year
    more = max(1, round((last - first) * _OPEN_SHARE))
    first, last = first if opens else max(1, first - more), last if closes else min(MAXYEAR, last + more)
    return date(first, 1, 1), date(last, 12, 31)


def _is_limit(day: date | None) -> bool:
    return day is not None and day not in (date.min, date.max)
