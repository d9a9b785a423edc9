"""Form fields for free texts: the text of a filter cut up as the filters compare it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.bind_parameters import BindParam, text_param
from archive.filters.fields import ValuesField, refusal
from archive.sql.text_conditions import SearchWord, name_patterns, prefix_pattern

_MAX_LENGTH = 200
_MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class FreeText:
    """A filter's text, and what is looked for with it; each piece a text, or a slot of a compiled statement.

    ``words`` are those of a search, ``parts`` LIKE patterns of the folded parts of a name, ``prefix`` is the LIKE
    pattern of a code that begins so, where the text is a number (``is_number``).
    """

    whole: str | BindParam
    words: tuple[SearchWord, ...]
    parts: tuple[str | BindParam, ...]
    prefix: str | BindParam
    is_number: bool

    @classmethod
    def of(cls, text: str) -> FreeText:
        code = text.replace(".", "").replace(" ", "")
        words = tuple(SearchWord.of(word) for word in text.split()[:_MAX_WORDS])
        return cls(text, words, tuple(name_patterns(text)), prefix_pattern(code), code.isdigit())

    @property
    def shape(self) -> Any:
        """What of the text decides how a condition is built."""
        return tuple(word.is_ascii for word in self.words), len(self.parts), self.is_number

    def opened(self, key: str) -> FreeText:
        """The same with slots, whose keys begin with ``key``, for all that the shape leaves open."""
        return FreeText(
            text_param(f"{key}.whole"),
            tuple(SearchWord.open(f"{key}.word{number}", word.is_ascii) for number, word in enumerate(self.words)),
            tuple(text_param(f"{key}.part{number}") for number in range(len(self.parts))),
            text_param(f"{key}.prefix"),
            self.is_number,
        )

    def fill(self, key: str) -> dict[str, Any]:
        """The values for the slots of ``opened``."""
        values: dict[str, Any] = {f"{key}.whole": self.whole, f"{key}.prefix": self.prefix}
        for number, word in enumerate(self.words):
            values |= word.fill(f"{key}.word{number}")
        return values | {f"{key}.part{number}": part for number, part in enumerate(self.parts)}


class TextField(ValuesField):
    """A free text of up to 200 characters. Cleans to a FreeText."""

    many = False

    def read_one(self, text: str) -> FreeText:
        if len(text) > _MAX_LENGTH:
            raise refusal(text, f"at most {_MAX_LENGTH} characters")
        return FreeText.of(text)

    def shape(self, texts: list[str]) -> Any:
        return tuple(text.shape for text in self._all(texts))

    def stand_in(self, key: str, texts: list[str]) -> Any:
        opened = [text.opened(f"{key}.{number}") for number, text in enumerate(self._all(texts))]
        return opened if self.many else opened[0]

    def fill(self, key: str, texts: list[str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for number, text in enumerate(self._all(texts)):
            values |= text.fill(f"{key}.{number}")
        return values

    def _all(self, texts: list[str]) -> list[FreeText]:
        self.check(texts)
        return [self.read_one(text.strip()) for text in texts]


class TextsField(TextField):
    """Several free texts, any of them. Cleans to a list of FreeText."""

    many = True
