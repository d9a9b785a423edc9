"""What ``fields`` and ``include`` ask for, checked against what a record has."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from archive.exceptions import ArchiveError, Problem
from archive.rest.paths import tree, unknown_step
from archive.rest.serializers import ArchiveSerializer
from archive.sql.suggestions import suggest_word

OWN = ("limit", "cursor", "count", "fields", "include", "format", "bom")


@dataclass(frozen=True, slots=True)
class Selection:
    """Fields to show (None: all), with paths below them, and parts to include."""

    fields: tuple[str, ...] | None
    include: tuple[str, ...]

    @property
    def top(self) -> set[str] | None:
        return None if self.fields is None else {path.partition(".")[0] for path in self.fields} | set(self.include)

    @property
    def paths(self) -> list[list[str]]:
        """All that is to be shown, as paths; parts that are included without a path are shown whole."""
        named = {path.partition(".")[0] for path in self.fields or ()}
        whole = [name for name in self.include if name not in named]
        return [path.split(".") for path in (*(self.fields or ()), *whole)]

    def prune(self, row: dict[str, Any]) -> dict[str, Any]:
        """The row with only the paths asked for."""
        if self.fields is None:
            return row
        return _pruned(row, self.paths)


@lru_cache(maxsize=256)
def read(serializer: type[ArchiveSerializer], fields: str, include: str) -> Selection:
    """Raises ArchiveError, suggesting the nearest name."""
    parts, paths = _words("include", include), _words("fields", fields)
    problems = [_unknown("include", name, sorted(serializer.parts)) for name in parts if name not in serializer.parts]
    known = tree(serializer, tuple(name for name in parts if name in serializer.parts))
    missed = [found for path in paths if (found := unknown_step(known, path))]
    problems += [_unknown("fields", got, expected) for got, expected in missed]
    if problems:
        raise ArchiveError(problems)
    return Selection(tuple(paths) or None, tuple(parts))


def _words(name: str, text: str) -> list[str]:
    """The names in a list with commas between, each once. Raises ArchiveError for one without any name."""
    words = list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    if text.strip() and not words:
        raise ArchiveError([Problem(name, text[:64], "names with commas between")])
    return words


def _unknown(field: str, got: str, known: list[str]) -> Problem:
    expected = f"one of {', '.join(known)}" if known else "nothing there"
    return Problem(field, got[:64], expected, suggest_word(got, known))


def _pruned(value: Any, paths: list[list[str]]) -> Any:
    if isinstance(value, list):
        return [_pruned(one, paths) for one in value]
    if not isinstance(value, dict) or any(not path for path in paths):
        return value
    heads: dict[str, list[list[str]]] = {}
    for path in paths:
        heads.setdefault(path[0], []).append(path[1:])
    return {key: _pruned(one, heads[key]) for key, one in value.items() if key in heads}
