"""Content negotiation: which of the offered media types an ``Accept`` header prefers, as RFC 9110 12.5.1 has it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from archive.lru import LRUCache

#: By header and offered types: clients send few different headers. Bounded by their characters.
_CACHE: LRUCache[tuple[str | None]] = LRUCache(100_000)
_ENTRY = 200


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One part of the header: ``type/subtype``, either of which may be ``*``, its parameters, and its weight ``q``."""

    type: str
    subtype: str
    parameters: frozenset[tuple[str, str]]
    quality: float

    @classmethod
    def parse(cls, text: str) -> MediaRange:
        """A weight that is no number from 0 to 1 counts as 1."""
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
        """How exactly it names an offered type: the higher wins. None where it does not name it.

        All that the archive sends is UTF-8. A parameter that an offered type does not have makes the range weaker
        than one without, but no other type: clients name profiles and versions of theirs. With a weight of 0 it
        refuses that variant alone.
        """
        if self.type not in ("*", offered.type) or self.subtype not in ("*", offered.subtype):
            return None
        unknown = self.parameters - offered.parameters - {("charset", "utf-8")}
        if unknown and not self.quality:
            return None
        return (self.type != "*") + (self.subtype != "*"), -1 if unknown else len(self.parameters)


def preferred(accept: str, offered: Sequence[str]) -> str | None:
    """The offered type of the greatest weight; None where none is acceptable, as by an empty header.

    Of several the one that is named more exactly, then the one that the header names first, then the first offered.
    """
    key = accept, tuple(offered)
    weight = _ENTRY + len(accept) + sum(map(len, offered))
    return _CACHE.get_or_set(key, lambda: (_preferred(accept, offered),), lambda _: weight)[0]


def _preferred(accept: str, offered: Sequence[str]) -> str | None:
    parts = (MediaRange.parse(part) for part in reversed(accept.split(",")) if part.strip())
    ranges = {part: number for number, part in enumerate(parts)}
    ranks = [_rank(MediaRange.parse(media_type), ranges) for media_type in offered]
    best = max(ranks)
    return offered[ranks.index(best)] if best[0] else None


def _rank(offered: MediaRange, ranges: dict[MediaRange, int]) -> tuple[float, int, int]:
    """Weight, exactness and place of the range that decides on a type: the most exact, of several the heaviest."""
    found = [
        (precedence, part.quality, number)
        for part, number in ranges.items()
        if (precedence := part.precedence(offered)) is not None
    ]
    if not found:
        return (0.0, 0, 0)
    (exactness, _), quality, number = max(found)
    return (quality, exactness, number)


def _weight(text: str) -> float:
    try:
        found = float(text)
    except ValueError:
        return 1.0
    return found if 0 <= found <= 1 else 1.0
