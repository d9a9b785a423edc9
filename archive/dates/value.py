"""The value: an EDTF text with what it means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from archive.dates import english, parser
from archive.dates.errors import PartialDateError
from archive.dates.suggestion import reason_of_reading, suggest
from archive.dates.word_reasons import reason_of_words

#: Where a blank date sorts: after all others.
SORT_BLANK = 99_999_999_999_999
#: Sort keys of two days lie so far apart; what is between is for how wide a date is.
WIDTH = 10_000_000
#: No date of a year's precision, or finer, spans more days.
YEAR = 366


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date that says how much is known: EDTF (ISO 8601-2:2019).

    ``text`` is the EDTF as entered; ``earliest`` and ``latest`` are calendar days (proleptic Gregorian, no time zone),
    None where the end is open or unknown, and ``ends`` says which ("known/open"). ``precision`` is one of day, month,
    season, year, decade, century, interval, set. ``certain_from`` to ``certain_until`` is the span in which a period
    certainly runs: from the latest start to the earliest end. ``members`` are the dates of a one-of set, in no order:
    bounds and qualifier of each. Two values are equal when their bounds, ends, precision, qualifiers and members are.
    ``~`` and ``?`` never widen the bounds.
    """

    text: str
    earliest: date | None
    latest: date | None
    ends: str
    precision: str
    qualifiers: str
    certain_from: date | None
    certain_until: date | None
    display: str
    members: frozenset[tuple[date, date, str]] = frozenset()

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Parse EDTF text. Raises PartialDateError, with a suggestion if the text has one reading."""
        stripped = text.strip()
        try:
            return _parse(stripped)
        except PartialDateError as error:
            suggestion = suggest(stripped)
            reason = error.reason
            if not suggestion:
                reason = reason_of_reading(stripped) or reason or reason_of_words(stripped)
            raise PartialDateError(stripped, reason, suggestion) from None

    @property
    def sort(self) -> int:
        """Sort key: by earliest (else latest), then the widest first. Fits 64 bits."""
        anchor = self.earliest or self.latest
        if anchor is None:
            return SORT_BLANK
        if self.earliest is None or self.latest is None:
            return anchor.toordinal() * WIDTH
        width = self.latest.toordinal() - self.earliest.toordinal()
        return anchor.toordinal() * WIDTH + WIDTH - 1 - width

    @property
    def last_sort(self) -> int | None:
        """The largest sort key of a date that begins by this one's last day; None where this one has none."""
        return None if self.latest is None else self.latest.toordinal() * WIDTH + WIDTH - 1

    @property
    def first_sort(self) -> int | None:
        """The smallest sort key of a date that begins on or after this one's first day; None where this has none."""
        return None if self.earliest is None else self.earliest.toordinal() * WIDTH

    @property
    def year_before(self) -> int | None:
        """The smallest sort key of a date that begins in the ``YEAR`` days before this one's first day, or later."""
        return None if self.earliest is None else max(self.earliest.toordinal() - YEAR, 0) * WIDTH

    @property
    def is_approximate(self) -> bool:
        return "~" in self.qualifiers or "%" in self.qualifiers

    @property
    def is_uncertain(self) -> bool:
        return "?" in self.qualifiers or "%" in self.qualifiers

    def overlaps(self, other: PartialDate) -> bool:
        """Whether the two may share a day; an open or unknown bound is unlimited."""
        return _not_after(self.earliest, other.latest) and _not_after(other.earliest, self.latest)

    def certainly_within(self, other: PartialDate) -> bool:
        """Whether both bounds are known and lie inside the other's (whose open bounds are unlimited)."""
        if self.earliest is None or self.latest is None:
            return False
        return _not_after(other.earliest, self.earliest) and _not_after(self.latest, other.latest)

    def certainly_covers(self, other: PartialDate) -> bool:
        """For a period: whether it certainly ran throughout the other, from its latest start to its earliest end."""
        if None in (self.certain_from, self.certain_until, other.earliest, other.latest):
            return False
        return _not_after(self.certain_from, other.earliest) and _not_after(other.latest, self.certain_until)

    def _key(self) -> tuple[object, ...]:
        marks = "" if self.members else self.qualifiers  # a set's marks stand in its members, which have no order
        return (self.earliest, self.latest, self.ends, self.precision, marks, self.certain_from,
                self.certain_until, self.members)  # fmt: skip

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PartialDate) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def __str__(self) -> str:
        return self.text


def _not_after(first: date | None, second: date | None) -> bool:
    return first is None or second is None or first <= second


@lru_cache(maxsize=4096)
def _parse(text: str) -> PartialDate:
    parsed = parser.parse(text)
    pieces = parsed.pieces
    start = pieces[0] if parsed.start == "known" else None
    end = pieces[-1] if parsed.end == "known" else None
    if parsed.form == "set":
        earliest: date | None = min(piece.earliest for piece in pieces)
        latest: date | None = max(piece.latest for piece in pieces)
        certain_from, certain_until = latest, earliest
    else:
        earliest, latest = (start.earliest if start else None), (end.latest if end else None)
        certain_from, certain_until = _certain(parsed)
    return PartialDate(
        # Only a set may have spaces, between its members; they are not stored.
        text="".join(text.split()),
        earliest=earliest,
        latest=latest,
        ends=f"{parsed.start}/{parsed.end}",
        precision=pieces[0].precision if parsed.form == "single" else parsed.form,
        qualifiers=",".join(piece.qualifier for piece in pieces) if any(p.qualifier for p in pieces) else "",
        certain_from=certain_from,
        certain_until=certain_until,
        display=english.display(parsed),
        members=frozenset((piece.earliest, piece.latest, piece.qualifier) for piece in pieces if parsed.form == "set"),
    )


def _certain(parsed: parser.Parsed) -> tuple[date | None, date | None]:
    """From the start's latest day to the end's earliest; an open end is unlimited, an unknown one is None."""
    limits = {"open": (date.min, date.max), "unknown": (None, None)}
    first, last = parsed.pieces[0], parsed.pieces[-1]
    start = first.latest if parsed.start == "known" else limits[parsed.start][0]
    end = last.earliest if parsed.end == "known" else limits[parsed.end][1]
    return start, end
