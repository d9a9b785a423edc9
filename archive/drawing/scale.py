"""The axis of time: days to pixels, and its ticks from centuries to days, for dates are never finer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta

from django.utils.translation import pgettext, pgettext_lazy

from archive.drawing.text_width import text_width

TICK_SIZE = 12
#: Pixels between two labels of the axis.
_GAP = 14
_MONTHS = (
    pgettext_lazy("month", "Jan"), pgettext_lazy("month", "Feb"), pgettext_lazy("month", "Mar"),
    pgettext_lazy("month", "Apr"), pgettext_lazy("month", "May"), pgettext_lazy("month", "Jun"),
    pgettext_lazy("month", "Jul"), pgettext_lazy("month", "Aug"), pgettext_lazy("month", "Sep"),
    pgettext_lazy("month", "Oct"), pgettext_lazy("month", "Nov"), pgettext_lazy("month", "Dec"),
)  # fmt: skip
_YEARS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale from the start of ``first`` to the end of ``last``, in pixels from ``left`` to ``right``."""

    first: date
    last: date
    left: float
    right: float

    @property
    def days(self) -> int:
        return self.last.toordinal() - self.first.toordinal() + 1

    @property
    def pixels_per_day(self) -> float:
        return (self.right - self.left) / self.days

    def x(self, day: float) -> float:
        """The place of an ordinal day's start; a fraction is a part of the day."""
        return self.left + (day - self.first.toordinal()) * self.pixels_per_day

    def clamp(self, x: float) -> float:
        return min(max(x, self.left), self.right)


@dataclass(frozen=True, slots=True)
class Tick:
    """A line of the axis; ``label`` is empty where none fits. ``is_major``: the start of a longer unit."""

    x: float
    label: str
    is_major: bool = False


@dataclass(frozen=True, slots=True)
class Band:
    """A longer unit above the ticks, such as the year of months, from ``x0`` to ``x1``."""

    x0: float
    x1: float
    label: str


@dataclass(frozen=True, slots=True)
class Axis:
    ticks: tuple[Tick, ...]
    bands: tuple[Band, ...]


def axis_of(scale: Scale) -> Axis:
    """The finest ticks whose labels do not touch, and the longer units that they belong to."""
    per_day = scale.pixels_per_day
    for step in (1, 2, 7, 14):
        if per_day * step >= text_width("29", TICK_SIZE) + _GAP:
            return _axis(scale, _days(scale, step), _starts(scale, "month"))
    for months in (1, 3, 6):
        if per_day * 28 * months >= text_width("May", TICK_SIZE) + _GAP:
            return _axis(scale, _months(scale, months), _starts(scale, "year"))
    width = text_width("2000", TICK_SIZE) + _GAP
    years = next((step for step in _YEARS if per_day * 365 * step >= width), _YEARS[-1])
    return _axis(scale, _years(scale, years), iter(()))


def one_line(scale: Scale, axis: Axis) -> Axis:
    """The ticks of an axis that has no room for bands: the first one of each longer unit has the label of the unit."""
    labels = {}
    for band in axis.bands:
        first = next((tick.x for tick in axis.ticks if tick.label and band.x0 <= tick.x < band.x1), None)
        if band.label and first is not None:
            labels[first] = band.label
    ticks: list[Tick] = []
    free_from = scale.left - 1
    for tick in axis.ticks:
        label = labels.get(tick.x, tick.label)
        fits = bool(label) and tick.x >= free_from and tick.x + 4 + text_width(label, TICK_SIZE) <= scale.right
        ticks.append(Tick(tick.x, label if fits else "", tick.is_major))
        if fits:
            free_from = tick.x + 4 + text_width(label, TICK_SIZE) + 4
    return Axis(tuple(ticks), ())


def _axis(scale: Scale, ticks: Iterator[tuple[float, str, bool]], starts: Iterator[tuple[int, int, str]]) -> Axis:
    placed: list[Tick] = []
    free_from = scale.left - 1
    for day, label, is_major in ticks:
        x = scale.x(day)
        width = text_width(label, TICK_SIZE)
        fits = x >= free_from and x + 4 + width <= scale.right
        placed.append(Tick(x, label if fits else "", is_major))
        if fits:
            free_from = x + 4 + width + 4
    bands = []
    for first, end, label in starts:
        x0, x1 = scale.clamp(scale.x(first)), scale.clamp(scale.x(end))
        fits = text_width(label, TICK_SIZE) + 10 <= x1 - x0
        bands.append(Band(x0, x1, label if fits else ""))
    return Axis(tuple(placed), tuple(bands))


def _days(scale: Scale, step: int) -> Iterator[tuple[float, str, bool]]:
    for ordinal in range(scale.first.toordinal(), scale.last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        # Counted from the first of each month, so that the days are those that readers expect.
        is_near_next = step > 1 and (
            date.fromordinal(min(ordinal + step // 2, date.max.toordinal())).month != day.month
        )
        if (day.day - 1) % step == 0 and not is_near_next:
            yield ordinal, str(day.day), day.day == 1


def _months(scale: Scale, step: int) -> Iterator[tuple[float, str, bool]]:
    for year in range(scale.first.year, scale.last.year + 1):
        for month in range(1, 13, step):
            day = date(year, month, 1)
            if scale.first <= day <= scale.last:
                yield day.toordinal(), str(_MONTHS[month - 1]), month == 1


def _years(scale: Scale, step: int) -> Iterator[tuple[float, str, bool]]:
    first = -(-scale.first.year // step) * step
    for year in range(first, scale.last.year + 1, step):
        if year >= 1 and date(year, 1, 1) >= scale.first:
            yield date(year, 1, 1).toordinal(), str(year), year % (step * 5) == 0


def _starts(scale: Scale, unit: str) -> Iterator[tuple[int, int, str]]:
    """First day, end and label of each month or year in the period."""
    day = scale.first
    while day <= scale.last:
        if unit == "month":
            following = day.replace(day=28) + timedelta(days=4) if (day.year, day.month) != (MAXYEAR, 12) else None
            end = following.replace(day=1).toordinal() if following else date.max.toordinal() + 1
            label = pgettext("axis", "{month} {year}").format(month=_MONTHS[day.month - 1], year=day.year)
        else:
            end, label = date(day.year, 12, 31).toordinal() + 1, str(day.year)
        yield day.toordinal(), end, label
        if end > date.max.toordinal():
            return
        day = date.fromordinal(end)
