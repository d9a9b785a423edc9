"""How a date reads in English."""

from __future__ import annotations

from archive.dates.parser import Parsed, Piece

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
SEASONS = {21: "spring", 22: "summer", 23: "autumn", 24: "winter"}
_QUALIFIERS = {"": "{}", "~": "about {}", "?": "possibly {}", "%": "possibly about {}"}


def display(parsed: Parsed) -> str:
    """The date in words: "July 2019", "about 1936", "4 or 5 July 2019", "since March 2019"."""
    pieces = parsed.pieces
    if parsed.form == "set":
        return _joined(pieces, " or ")
    if parsed.form == "single":
        return _piece(pieces[0])
    if parsed.start == "known" and parsed.end == "known":
        return _joined(pieces, " to ")
    only = _piece(pieces[0])
    if parsed.start == "known":
        return f"since {only}" if parsed.end == "open" else f"from {only}, end not known"
    return f"until {only}" if parsed.start == "open" else f"until {only}, start not known"


def _piece(piece: Piece) -> str:
    return _QUALIFIERS[piece.qualifier].format(_plain(piece))


def _plain(piece: Piece) -> str:
    year = piece.year.lstrip("0") or "0"
    if piece.precision == "decade":
        return f"the {piece.year[:3].lstrip('0') or ''}0s"
    if piece.precision == "century":
        return f"the {int(piece.year[:2] or 0)}00s" if int(piece.year[:2] or 0) else "the first century"
    if piece.precision == "season":
        return f"{SEASONS[piece.month or 21]} {year}"
    if piece.month is None:
        return year
    month = f"{MONTHS[piece.month - 1]} {year}"
    return month if piece.day is None else f"{piece.day} {month}"


def _joined(pieces: tuple[Piece, ...], word: str) -> str:
    """Several dates, saying a shared month or year once: "28 to 29 June 2019", "July or August 2019"."""
    months = {(piece.year, piece.month) for piece in pieces}
    plain = all(not piece.qualifier for piece in pieces)
    if plain and len(months) == 1 and all(piece.precision == "day" for piece in pieces):
        return _list([str(piece.day) for piece in pieces[:-1]] + [_plain(pieces[-1])], word)
    same_year = plain and len({piece.year for piece in pieces}) == 1
    if same_year and all(piece.precision in ("day", "month") for piece in pieces):
        short = [_plain(piece).rsplit(" ", 1)[0] for piece in pieces[:-1]]
        return _list([*short, _plain(pieces[-1])], word)
    return _list([_piece(piece) for piece in pieces], word)


def _list(words: list[str], word: str) -> str:
    return word.join([", ".join(words[:-1]), words[-1]])
