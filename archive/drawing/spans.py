"""The days of a date or of a period, and the span that they take on a scale."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from archive.dates import PartialDate
from archive.drawing.drawing import Span
from archive.drawing.scale import Scale

#: Half of the width of a point, and the least width of a span, in pixels.
RADIUS, MIN_SPAN = 5.0, 9.0
#: The width of a record of which only the start or only the end is known.
TAIL = 44.0
#: A point stands at the start of a day that is at least so wide, and moves within it.
WIDE_DAY = 60


@dataclass(frozen=True, slots=True)
class Days:
    """The days from ``first`` to ``last``, None where a date says no limit, of which some may be certain.

    ``sure`` are the first and the last day that are certain, where None is the limit of the days themselves.
    """

    first: date | None
    last: date | None
    sure: tuple[date | None, date | None] | None = None

    @classmethod
    def of_date(cls, when: PartialDate) -> Days:
        """The days of a date; of an interval those between its latest start and its earliest end are certain."""
        start, end = when.certain_from, when.certain_until
        # With an unknown end no day is certain.
        is_sure = when.precision == "interval" and start is not None and end is not None
        return cls(when.earliest, when.latest, (start, end) if is_sure else None)

    @classmethod
    def of_term(
        cls,
        start: PartialDate | None,
        end: PartialDate | None,
        *,
        is_ongoing: bool,
        first: date | None = None,
        last: date | None = None,
    ) -> Days:
        """The days between two dates; ``first`` and ``last`` limit those whose start or end is not known.

        Without an end, days after the start are certain only if the term is ongoing.
        """
        earliest = start.earliest if start is not None and start.earliest is not None else first
        latest = end.latest if end is not None and end.latest is not None else last
        sure_start, sure_end = start.latest if start else None, end.earliest if end else None
        if sure_start is None or (sure_end is None and not is_ongoing):
            return cls(earliest, latest)
        return cls(earliest, latest, (sure_start, sure_end))

    def span(self, scale: Scale) -> Span:
        """The span on the scale, at least ``MIN_SPAN`` wide."""
        x0 = scale.left if self.first is None else scale.clamp(scale.x(self.first.toordinal()))
        x1 = scale.right if self.last is None else scale.clamp(scale.x(self.last.toordinal() + 1))
        if x1 - x0 < MIN_SPAN:
            middle = (x0 + x1) / 2
            x0 = min(max(middle - MIN_SPAN / 2, scale.left), scale.right - MIN_SPAN)
            x1 = x0 + MIN_SPAN
        return Span(
            x0, x1, *self._sure(scale, x0, x1), opens=self.first is not None, closes=self.last is not None,
            is_cut_before=self.first is not None and self.first < scale.first,
            is_cut_after=self.last is not None and self.last > scale.last,
        )  # fmt: skip

    def _sure(self, scale: Scale, x0: float, x1: float) -> tuple[float | None, float | None]:
        if self.sure is None:
            return None, None
        start, end = self.sure
        sure_x0 = x0 if start is None else scale.x(start.toordinal())
        sure_x1 = x1 if end is None else scale.x(end.toordinal() + 1)
        if sure_x0 >= x1 or sure_x1 <= x0 or sure_x0 >= sure_x1:
            return None, None
        return max(sure_x0, x0), min(sure_x1, x1)


def span_of(when: PartialDate, scale: Scale) -> tuple[Span, bool]:
    """The span of a date's days, and whether they are one known day, which is a point.

    A date without a start or an end has a short span at the other one, which fades out.
    """
    if when.earliest is None or when.latest is None:
        return _open_span(when, scale), False
    if when.earliest != when.latest:
        return Days.of_date(when).span(scale), False
    x0, x1 = scale.x(when.earliest.toordinal()), scale.x(when.earliest.toordinal() + 1)
    middle = x0 + RADIUS + 3 if x1 - x0 >= WIDE_DAY else (x0 + x1) / 2
    middle = min(max(middle, scale.left + RADIUS), scale.right - RADIUS)
    return Span(middle - RADIUS, middle + RADIUS), True


def _open_span(when: PartialDate, scale: Scale) -> Span:
    if when.earliest is not None:
        x0 = min(scale.clamp(scale.x(when.earliest.toordinal())), scale.right - MIN_SPAN)
        return Span(x0, min(x0 + TAIL, scale.right), closes=False)
    x1 = scale.right if when.latest is None else scale.clamp(scale.x(when.latest.toordinal() + 1))
    x1 = max(x1, scale.left + MIN_SPAN)
    return Span(max(x1 - TAIL, scale.left), x1, opens=False)
