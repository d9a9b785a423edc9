"""The keys of a YAML mapping, taken one by one; each that is left is a problem with the nearest known key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from archive.datasets.mappings.document import Value
from archive.datasets.problems import Location, Problem, Problems, quote_value
from archive.text import boolean, closest_match, whole_number

_Word = TypeVar("_Word", bound=str)


class Keys:
    """The keys of one mapping of the document. ``path`` names it in messages: ``records.events.fields``."""

    def __init__(self, value: Value, path: str, file: str, problems: Problems) -> None:
        self.value, self.path, self.file, self.problems = value, path, file, problems
        self._keys: list[str] = []
        self._content: dict[str, Value] = {}
        if isinstance(value.content, dict):
            self._content = dict(value.content)
        else:
            self.fail(value, "", value.kind if value.content is None else _quote(value), "keys with values")

    def fail(self, value: Value, key: str, got: str, expected: str, suggestion: str = "") -> None:
        path = ".".join(filter(None, (self.path, key)))
        self.problems.add(Problem(Location(self.file, value.line), path, got, expected, suggestion, "mapping"))

    def take(self, key: str) -> Value | None:
        """The value of a key, or None."""
        self._keys.append(key)
        return self._content.pop(key, None)

    def take_all(self) -> dict[str, Value]:
        """The keys that are left, whose names the caller checks."""
        content, self._content = self._content, {}
        return content

    def remaining(self) -> list[str]:
        """The names of the keys that are left."""
        return list(self._content)

    def text(self, key: str) -> str:
        """A text; empty where the key is absent."""
        value = self.take(key)
        if value is None or value.content is None:
            return ""
        if isinstance(value.content, str):
            return value.content
        self.fail(value, key, value.kind, "one text")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one."""
        value = self.take(key)
        return self.texts_of(value, key) if value is not None else ()

    def texts_of(self, value: Value, key: str) -> tuple[str, ...]:
        items = value.content if isinstance(value.content, list) else [value]
        texts = [item.content for item in items if isinstance(item.content, str)]
        if len(texts) < len(items):
            wrong = next(item for item in items if not isinstance(item.content, str))
            self.fail(wrong, key, wrong.kind, "a text or a list of texts")
        return tuple(texts)

    def word(self, key: str, words: Sequence[_Word], default: _Word) -> _Word:
        """One of the words."""
        value = self.take(key)
        if value is None:
            return default
        for word in words:
            if word == value.content:
                return word
        suggestion = closest_match(value.content, list(words)) if isinstance(value.content, str) else ""
        self.fail(value, key, _quote(value), f"one of {', '.join(words)}", suggestion)
        return default

    def flag(self, key: str, default: bool = False) -> bool:
        """True or false."""
        value = self.take(key)
        if value is None:
            return default
        if isinstance(value.content, str) and (flag := boolean(value.content)) is not None:
            return flag
        self.fail(value, key, _quote(value), "true or false")
        return default

    def number(self, key: str) -> int:
        """A number from 1 to 9,999; 0 where the key is absent."""
        value = self.take(key)
        if value is None:
            return 0
        text = value.content
        if isinstance(text, str) and (number := whole_number(text, 1, 9_999)) is not None:
            return number
        self.fail(value, key, _quote(value), "a number from 1 to 9999")
        return 0

    def keys(self, key: str) -> Keys | None:
        """The keys of a mapping within this one."""
        value = self.take(key)
        return Keys(value, f"{self.path}.{key}".lstrip("."), self.file, self.problems) if value is not None else None

    def end(self) -> None:
        """Report each key that was not taken."""
        for key, value in self._content.items():
            expected = f"one of {', '.join(self._keys)}"
            self.fail(value, "", f"the key {quote_value(key)}", expected, closest_match(key, self._keys))


def _quote(value: Value) -> str:
    return quote_value(value.content) if isinstance(value.content, str) else value.kind
