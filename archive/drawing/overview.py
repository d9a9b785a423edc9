"""The overview: how many records each part of the whole time has, and the period in which most of them are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil
from typing import Any

from django.utils.translation import ngettext

from archive.drawing.drawing import Links
from archive.drawing.layout import MARGIN
from archive.drawing.marks import period_in_words
from archive.drawing.scale import Axis, Scale, axis_of, one_line

HEIGHT, BARS_HEIGHT = 58, 34
#: As narrow as a bar may be, in pixels: narrower ones are hard to hit, and hundreds of them slow to lay out.
_LEAST_WIDTH = 9.0
#: The densest period has at least this part of the records, and of few records more: so many, or the other part. It is
#: at most half of the time that has any.
_SHARE, _FEW, _SHARE_OF_FEW, _SHORTEST = 0.5, 25, 0.8, 0.5


@dataclass(frozen=True, slots=True)
class Column:
    """A bar of the overview, with the address of its days."""

    x0: float
    x1: float
    height: float
    title: str
    href: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The bars, and where the period of the drawing begins and ends."""

    width: float
    axis: Axis
    columns: tuple[Column, ...]
    period_x0: float
    period_x1: float


def lay_out_overview(timeline: Mapping[str, Any], width: int, first: date, last: date, links: Links) -> Overview | None:
    """The overview of a timeline in one lane without a period of its own; None if it has no time."""
    if timeline["from"] is None:
        return None
    start, end = date.fromisoformat(timeline["from"]), date.fromisoformat(timeline["to"])
    scale = Scale(start, end, MARGIN, width - MARGIN)
    column_days = (timeline["column_days"] or 1) * _joined(timeline, scale)
    counts: dict[int, int] = {}
    for column, count in _counts(timeline).items():
        joined = column * (timeline["column_days"] or 1) // column_days
        counts[joined] = counts.get(joined, 0) + count
    highest = max(counts.values(), default=1)
    columns = []
    for column, count in sorted(counts.items()):
        first_day = max(column * column_days, start.toordinal())
        last_day = min((column + 1) * column_days - 1, end.toordinal())
        days = date.fromordinal(first_day), date.fromordinal(last_day)
        title = ngettext("{count} record, {period}", "{count} records, {period}", count).format(
            count=f"{count:,}", period=period_in_words(*days)
        )
        # The square root, so that a column of one record is seen beside a column of a thousand.
        height = max(3.0, BARS_HEIGHT * (count / highest) ** 0.5)
        columns.append(Column(scale.x(first_day), scale.x(last_day + 1), height, title, links.period(*days)))
    x0, x1 = scale.clamp(scale.x(first.toordinal())), scale.clamp(scale.x(last.toordinal() + 1))
    return Overview(width, one_line(scale, axis_of(scale)), tuple(columns), x0, max(x1, x0 + 2))


def _joined(timeline: Mapping[str, Any], scale: Scale) -> int:
    """How many of the timeline's columns one bar stands for."""
    return max(1, ceil(_LEAST_WIDTH / ((timeline["column_days"] or 1) * scale.pixels_per_day)))


def densest_period(timeline: Mapping[str, Any]) -> tuple[date, date] | None:
    """The shortest run of columns with most of the records; the whole time if that is not much longer."""
    if timeline["from"] is None:
        return None
    start, end = date.fromisoformat(timeline["from"]), date.fromisoformat(timeline["to"])
    counts = _counts(timeline)
    columns, count = sorted(counts), sum(counts.values())
    needed = max(count * _SHARE, min(count * _SHARE_OF_FEW, _FEW))
    best: tuple[int, int] | None = None
    total, left = 0, 0
    for column in columns:
        total += counts[column]
        while total - counts[columns[left]] >= needed:
            total -= counts[columns[left]]
            left += 1
        if total >= needed and (best is None or column - columns[left] < best[1] - best[0]):
            best = columns[left], column
    if best is None or not timeline["column_days"]:
        return start, end
    days = timeline["column_days"]
    first, last = _days(start, end, days, *best)
    all_first, all_last = _days(start, end, days, columns[0], columns[-1])
    if last - first >= _SHORTEST * (all_last - all_first):
        return date.fromordinal(all_first), date.fromordinal(all_last)
    return _whole_units(date.fromordinal(first), date.fromordinal(last))


def _days(start: date, end: date, days: int, first: int, last: int) -> tuple[int, int]:
    """The first and last ordinal of columns, within the whole time."""
    return max(start.toordinal(), first * days), min(end.toordinal(), (last + 1) * days - 1)


def _whole_units(first: date, last: date) -> tuple[date, date]:
    """The period from the start of a month to the end of a month; of four years and more, of a year."""
    if last.year - first.year >= 4:
        return date(first.year, 1, 1), date(last.year, 12, 31)
    is_december = last.month == 12
    return first.replace(day=1), date(last.year, 12, 31) if is_december else (
        date(last.year, last.month + 1, 1) - timedelta(days=1)
    )


def _counts(timeline: Mapping[str, Any]) -> dict[int, int]:
    """Column -> the number of records that begin in it."""
    days = timeline["column_days"] or 1
    start, end = (date.fromisoformat(timeline[name]).toordinal() for name in ("from", "to"))
    counts: dict[int, int] = {}
    for lane in timeline["lanes"]:
        begins = [(record["date"]["earliest"] or record["date"]["latest"], 1) for record in lane["records"]]
        begins += [(cluster["earliest"] or cluster["latest"], cluster["count"]) for cluster in lane["clusters"]]
        for day, count in begins:
            ordinal = date.fromisoformat(day).toordinal() if day else start
            column = min(max(ordinal, start), end) // days
            counts[column] = counts.get(column, 0) + count
    return counts
