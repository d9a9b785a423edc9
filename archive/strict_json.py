"""Strict JSON (RFC 8259): without repeated keys, deep nesting, NaN or Infinity."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any, NoReturn

#: Lists and objects within each other: more than any record has, and fewer than Python's recursion limit.
MAX_NESTING = 64
#: Brackets outside strings, and whole strings, which may contain brackets. A string that does not end takes the rest of
#: the text: to look for its end again from each of its quotation marks would take quadratic time.
_BRACKET_OR_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[\]{}]', re.DOTALL)


class RepeatedKeyError(ValueError):
    """An object has a key twice; ``key`` is the first such key."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"the name '{key[:64]}' occurs twice in one object")


class NestingError(ValueError):
    """Lists or objects are nested more than ``MAX_NESTING`` deep."""

    def __init__(self) -> None:
        super().__init__(f"lists or objects nested more than {MAX_NESTING} deep")


def parse_json(text: str) -> Any:
    """The document. Raises ValueError: RepeatedKeyError, NestingError, JSONDecodeError, or one for NaN."""
    refuse_deep_nesting(text)
    return json.loads(text, parse_constant=refuse_constant, object_pairs_hook=unique_members)


def refuse_deep_nesting(text: str) -> None:
    """Raise NestingError for lists or objects nested more than ``MAX_NESTING`` deep."""
    if text.count("[") + text.count("{") <= MAX_NESTING:
        return
    depth = 0
    for match in _BRACKET_OR_STRING.finditer(text):
        bracket = match.group()
        if bracket in "[{":
            depth += 1
            if depth > MAX_NESTING:
                raise NestingError
        elif bracket in "]}":
            depth -= 1


def refuse_constant(word: str) -> NoReturn:
    """Raise ValueError for NaN, Infinity and -Infinity, which Python's parser takes for numbers."""
    raise ValueError(f"got {word}, expected a number")


def unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these members. Raises RepeatedKeyError."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise RepeatedKeyError(repeated_key(pairs))
    return members


def repeated_key(pairs: list[tuple[str, Any]]) -> str:
    """The first key that more than one of the members have."""
    counts = Counter(key for key, _ in pairs)
    return next(key for key, count in counts.items() if count > 1)
