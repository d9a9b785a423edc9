"""Media types: the offered one that an ``Accept`` header prefers (RFC 9110, 12.5.1), and the body of problem+json."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from archive.exceptions import Problem
from archive.lru import LRUCache

#: The media type of ``problem_body``.
PROBLEM_MEDIA_TYPE = "application/problem+json"
#: (header, offered types) -> the preferred type. Bounded by characters: clients send few different headers.
_CACHE: LRUCache[tuple[str | None]] = LRUCache(100_000)
#: Characters counted for an entry besides its key.
_ENTRY_SIZE = 200


@dataclass(frozen=True, slots=True)
class MediaRange:
    """A media range: ``type/subtype``, either of which may be ``*``, its parameters, and its weight ``q``."""

    type: str
    subtype: str
    parameters: frozenset[tuple[str, str]]
    quality: float

    @classmethod
    def parse(cls, text: str) -> MediaRange:
        """The media range of one part of the header. An invalid weight is 1."""
        name, *rest = text.split(";")
        kind, _, subtype = ("*/*" if name.strip() == "*" else name.strip().lower()).partition("/")
        parameters, quality = set(), 1.0
        for key, _, value in (part.partition("=") for part in rest):
            key, value = key.strip().lower(), value.strip().strip('"').lower()
            if key == "q":
                quality = _weight(value)
            elif key:
                parameters.add((key, value))
        return cls(kind.strip(), subtype.strip(), frozenset(parameters), quality)

    def precedence(self, offered: MediaRange) -> tuple[int, int] | None:
        """The precedence of the range for an offered type, higher for a more specific match; None without a match.

        All responses are UTF-8. A parameter that the offered type does not have (a profile or version) lowers the
        precedence but still matches; with a weight of 0 it excludes only that variant.
        """
        if self.type not in ("*", offered.type) or self.subtype not in ("*", offered.subtype):
            return None
        unknown = self.parameters - offered.parameters - {("charset", "utf-8")}
        if unknown and not self.quality:
            return None
        return (self.type != "*") + (self.subtype != "*"), -1 if unknown else len(self.parameters)


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """The offered type of the greatest weight; None if none is acceptable, as for an empty header.

    Ties go to the more specific match, then to the first in the header, then to the first offered.
    """
    key = accept, tuple(offered)
    weight = _ENTRY_SIZE + len(accept) + sum(map(len, offered))
    return _CACHE.get_or_set(key, lambda: (_preferred(accept, offered),), lambda _: weight)[0]


def _preferred(accept: str, offered: Sequence[str]) -> str | None:
    parts = (MediaRange.parse(part) for part in reversed(accept.split(",")) if part.strip())
    ranges = {part: number for number, part in enumerate(parts)}
    ranks = [_rank(MediaRange.parse(media_type), ranges) for media_type in offered]
    best = max(ranks)
    return offered[ranks.index(best)] if best[0] else None


def _rank(offered: MediaRange, ranges: dict[MediaRange, int]) -> tuple[float, int, int]:
    """(weight, specificity, position) of the range that applies to a type: the most specific one."""
    matches = [
        (precedence, part.quality, number)
        for part, number in ranges.items()
        if (precedence := part.precedence(offered)) is not None
    ]
    if not matches:
        return (0.0, 0, 0)
    (specificity, _), quality, number = max(matches)
    return (quality, specificity, number)


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 1.0
    return weight if 0 <= weight <= 1 else 1.0


def problem_body(status: int, title: str, detail: str, problems: Iterable[Problem] = ()) -> dict[str, Any]:
    """The members of an error response (RFC 9457); ``errors`` lists {field, got, expected, suggestion}."""
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "errors": [problem.as_dict() for problem in problems],
    }
