"""Dates in English words.

Different dates have different texts: two notations have the same only if they are equal (``2019-XX`` and ``2019``).
"""

from __future__ import annotations

from archive.dates.parser import Parsed, Piece

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_QUALIFIERS = {"": "{}", "~": "about {}", "?": "possibly {}", "%": "possibly about {}"}
#: The width of the column; no text is longer.
MAX_DISPLAY = 255


def display(parsed: Parsed) -> str:
    """The date in words: "July 2019", "about 1936", "4 or 5 July 2019", "since March 2019"."""
    pieces = parsed.pieces
    if parsed.form == "set":
        return _set(pieces)
    if parsed.form == "single":
        return _piece(pieces[0])
    if parsed.start == "known" and parsed.end == "known":
        return _within(pieces[0]) if _meaning(pieces[0]) == _meaning(pieces[1]) else _joined(pieces, " to ")
    text = _piece(pieces[0])
    if parsed.start == "known":
        return f"since {text}" if parsed.end == "open" else f"from {text}, end not known"
    return f"until {text}" if parsed.start == "open" else f"until {text}, start not known"


def _meaning(piece: Piece) -> tuple[object, ...]:
    """Equal for pieces with the same meaning in different notations."""
    return piece.earliest, piece.latest, piece.qualifier


def _within(piece: Piece) -> str:
    """An interval whose start and end are the same."""
    return f"within {'the day of ' if piece.precision == 'day' else ''}{_piece(piece)}"


def _set(pieces: tuple[Piece, ...]) -> str:
    members = tuple({_meaning(piece): piece for piece in reversed(pieces)}.values())[::-1]
    if len(members) == 1:
        return f"only {_piece(members[0])}"
    text = _joined(members, " or ")
    if len(text) <= MAX_DISPLAY:
        return text
    # Seven or eight doubtful dates of distant centuries: only the notation is short enough.
    return f"one of {', '.join(_notation(piece) for piece in members)}"


def _notation(piece: Piece) -> str:
    parts = [piece.year, *(f"{part:02d}" for part in (piece.month, piece.day) if part)]
    return "-".join(parts) + piece.qualifier


def _piece(piece: Piece) -> str:
    return _QUALIFIERS[piece.qualifier].format(_unqualified(piece))


def _unqualified(piece: Piece) -> str:
    if piece.precision in ("decade", "century"):
        return _years(piece)
    if piece.month is None:
        return _year(piece)
    return f"{_in_year(piece)} {'' if piece.earliest.year >= 1000 else 'of '}{_year(piece)}"


def _year(piece: Piece) -> str:
    """ "2019"; "the year 42", which without the words would be ambiguous."""
    year = piece.earliest.year
    return str(year) if year >= 1000 else f"the year {year}"


def _years(piece: Piece) -> str:
    """ "the 1990s"; "the 1900s" may be ten years or a hundred, and says which; "the years 40 to 49"."""
    first, last = piece.earliest.year, piece.latest.year
    if first < 100:
        return f"the years {first} to {last}"
    return f"the {first}s" if first % 100 else f"the {first}s ({piece.precision})"


def _in_year(piece: Piece) -> str:
    """The part of a date before its year: "12 July", "July", "spring"."""
    if piece.precision == "season":
        return SEASONS[piece.month or 21]
    month = MONTHS[(piece.month or 1) - 1]
    return month if piece.day is None else f"{piece.day} {month}"


def _joined(pieces: tuple[Piece, ...], word: str) -> str:
    """Several dates with a shared month or year once: "28 to 29 June 2019", "July or August 2019"."""
    are_unqualified = all(not piece.qualifier for piece in pieces)
    precisions = {piece.precision for piece in pieces}
    months = {(piece.year, piece.month) for piece in pieces}
    if are_unqualified and len(months) == 1 and precisions == {"day"}:
        return _list([str(piece.day) for piece in pieces[:-1]] + [_unqualified(pieces[-1])], word)
    # Not for a month and a day in it: "12 November 1984 to November 1984".
    if (
        are_unqualified
        and len({piece.year for piece in pieces}) == 1
        and precisions <= {"day", "month"}
        and len(months) > 1
    ):
        return _list([_in_year(piece) for piece in pieces[:-1]] + [_unqualified(pieces[-1])], word)
    return _list([_piece(piece) for piece in pieces], word)


def _list(words: list[str], word: str) -> str:
    return word.join([", ".join(words[:-1]), words[-1]])
