"""The parameters of every list and detail beside the filters, read and refused."""

from __future__ import annotations

from typing import Any

from archive.exceptions import ArchiveError, Problem
from archive.rest import selection
from archive.sql.suggestions import suggest_word

LIMIT, MOST = 50, 500


def one_value(query: Any, name: str) -> str | None:
    """The one value of a parameter that may not be repeated. Raises ArchiveError."""
    return one_of(query.getlist(name), name)


def one_of(values: list[str], name: str) -> str | None:
    """The only one, if there is any. Raises ArchiveError."""
    if len(values) > 1:
        raise ArchiveError([Problem(name, ", ".join(values)[:64], "one value, given once")])
    return values[0] if values else None


def json_only(query: Any) -> None:
    """Refuse any other format. Raises ArchiveError."""
    if (form := one_value(query, "format")) not in (None, "", "json"):
        raise ArchiveError([Problem("format", str(form)[:64], "json")])


def refuse_unknown(filterset: Any) -> None:
    refuse([name for name in filterset.data if name not in filterset.base_filters], known_names(filterset))


def known_names(filterset: Any) -> list[str]:
    """All parameters of a list."""
    return [*filterset.base_filters, *selection.OWN]


def refuse(names: list[str], known: list[str]) -> None:
    listed = ", ".join(sorted(known)) or "none"
    problems = [
        Problem(name[:64], name[:64], f"a known parameter: {listed}", suggest_word(name, known)) for name in names
    ]
    if problems:
        raise ArchiveError(problems)


def read_limit(text: str | None) -> int:
    if text is None:
        return LIMIT
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not 1 <= int(text) <= MOST:
        raise ArchiveError([Problem("limit", text[:64], f"a number from 1 to {MOST}")])
    return int(text)


def read_count(text: str | None) -> bool:
    if text not in (None, "true", "false"):
        raise ArchiveError([Problem("count", text[:64], "true or false")])
    return text == "true"
