"""What ``fields`` and ``include`` ask for, checked against what a record has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.exceptions import ArchiveError, Problem
from archive.querysets.nearest import nearest_word
from archive.rest.serializers import ArchiveSerializer

OWN = ("limit", "cursor", "count", "fields", "include", "format")


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


def read(serializer: type[ArchiveSerializer], fields: str, include: str) -> Selection:
    """Raises ArchiveError, suggesting the nearest name."""
    parts = _words(include)
    known = set(serializer.Meta.fields)  # type: ignore[attr-defined]
    problems = [_unknown("include", name, sorted(serializer.parts)) for name in parts if name not in serializer.parts]
    paths = _words(fields)
    known |= set(parts)
    problems += [_unknown("fields", path, sorted(known)) for path in paths if path.partition(".")[0] not in known]
    if problems:
        raise ArchiveError(problems)
    return Selection(tuple(paths) if fields else None, tuple(dict.fromkeys(parts)))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _unknown(field: str, got: str, known: list[str]) -> Problem:
    return Problem(field, got[:64], f"one of {', '.join(known)}", nearest_word(got, known))


def _pruned(value: Any, paths: list[list[str]]) -> Any:
    if isinstance(value, list):
        return [_pruned(one, paths) for one in value]
    if not isinstance(value, dict) or any(not path for path in paths):
        return value
    heads: dict[str, list[list[str]]] = {}
    for path in paths:
        heads.setdefault(path[0], []).append(path[1:])
    return {key: _pruned(one, heads[key]) for key, one in value.items() if key in heads}
