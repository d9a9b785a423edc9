"""The one error that reading a date raises."""

from __future__ import annotations

import re
from datetime import date

EXPECTED = "an EDTF date such as 2019-07-12, 2019-07, 1936~, 2019-07-04/.. or 2019-06-28/2019-06-29"

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sep", "sept"), ("october", "oct"),
            ("november", "nov"), ("december", "dec"),
        ),
        start=1,
    )
    for name in names
}  # fmt: skip
_WORDS = re.compile(r"[A-Za-z]+|[0-9]+")


def shown(text: str, limit: int = 64) -> str:
    """The text as an error may repeat it: cut off, and control characters (a null byte) escaped."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in cut)


def suggest(text: str) -> str:
    """What the writer may have meant, as EDTF, or an empty string. Looks at short texts only."""
    if len(text) > 40 or not text.isascii():
        return ""
    words = [word.lower() for word in _WORDS.findall(text)]
    numbers = [word for word in words if word.isdigit()]
    month = next((_MONTHS[word] for word in words if word in _MONTHS), None)
    years = [number for number in numbers if len(number) == 4]
    mark = "~" if {"about", "circa", "c", "ca", "around"} & set(words) else ""
    if len(years) != 1:
        return ""
    year = years[0]
    rest = [int(number) for number in numbers if number != year]
    if month is not None and len(rest) <= 1:
        return _written(int(year), month, rest[0] if rest else None, mark)
    if len(rest) == 2 and any(value > 12 for value in rest):
        day, number = (rest[0], rest[1]) if rest[0] > 12 else (rest[1], rest[0])
        return _written(int(year), number, day, mark)
    if mark and not rest:
        return year + mark
    return ""


def _written(year: int, month: int, day: int | None, mark: str) -> str:
    try:
        full = date(year, month, day or 1).isoformat()
    except (ValueError, OverflowError):
        return ""
    return (full if day else full[:7]) + mark


class PartialDateError(ValueError):
    """A text that is no date. Attributes: ``got``, ``expected``, ``reason``, ``suggestion`` (may be empty)."""

    def __init__(self, got: str, reason: str = "") -> None:
        self.got = shown(got)
        self.expected = EXPECTED
        self.reason = reason
        hint = suggest(got)
        self.suggestion = "" if hint == got else hint
        super().__init__(self.sentence())

    def sentence(self) -> str:
        because = f" ({self.reason})" if self.reason else ""
        hint = f" Did you mean '{self.suggestion}'?" if self.suggestion else ""
        return f"got '{self.got}'{because}, expected {self.expected}.{hint}"
