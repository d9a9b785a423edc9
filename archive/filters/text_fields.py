"""Form fields of the filters by free texts: of names, codes and the search."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from archive.bind_parameters import BindParam, text_param
from archive.filters.fields import ValuesField, refused
from archive.search_index.search_query import SearchQuery
from archive.search_syntax import MAX_LENGTH
from archive.sql.name_conditions import NamePattern, name_patterns
from archive.sql.text_conditions import prefix_pattern

_MAX_WORDS = 8


@dataclass(frozen=True, slots=True)
class FreeText:
    """A filter's text, prepared for conditions; each piece is a text or a bind parameter.

    ``search`` is the text as a search, ``name_patterns`` are the patterns of the folded parts of a name,
    ``prefix_pattern`` the LIKE pattern of codes that begin so, for a text that is a number (``is_number``).
    """

    text: str | BindParam
    search: SearchQuery
    name_patterns: tuple[NamePattern, ...]
    prefix_pattern: str | BindParam
    is_number: bool

    @classmethod
    def parse(cls, text: str) -> FreeText:
        code = text.replace(".", "").replace(" ", "")
        return cls(text, SearchQuery.parse(text), tuple(name_patterns(text)), prefix_pattern(code), code.isdigit())

    @property
    def plan_key(self) -> Any:
        """The part of the text that decides the SQL."""
        return self.search.plan_key, tuple(pattern.is_short for pattern in self.name_patterns), self.is_number

    def parameters(self, key: str) -> FreeText:
        """The text with bind parameters, whose keys begin with ``key``."""
        return FreeText(
            text_param(f"{key}.text"),
            self.search.parameters(f"{key}.search"),
            tuple(pattern.parameter(f"{key}.name{number}") for number, pattern in enumerate(self.name_patterns)),
            text_param(f"{key}.prefix"),
            self.is_number,
        )

    def bind(self, key: str) -> dict[str, Any]:
        """The values of those bind parameters."""
        values: dict[str, Any] = {f"{key}.text": self.text, f"{key}.prefix": self.prefix_pattern}
        values |= self.search.bind(f"{key}.search")
        return values | {f"{key}.name{number}": pattern.pattern for number, pattern in enumerate(self.name_patterns)}


class TextField(ValuesField):
    """A free text of up to 1,000 characters, the same as a search. Cleans to a FreeText."""

    many = False

    def parse(self, text: str) -> FreeText:
        if len(text) > MAX_LENGTH:
            raise refused(text, gettext("at most {limit} characters").format(limit=f"{MAX_LENGTH:,}"))
        return FreeText.parse(text)

    def plan_key(self, texts: list[str]) -> Any:
        return tuple(text.plan_key for text in self._checked(texts))

    def parameters(self, key: str, texts: list[str]) -> Any:
        parameters = [text.parameters(f"{key}.{number}") for number, text in enumerate(self._checked(texts))]
        return parameters if self.many else parameters[0]

    def bind(self, key: str, texts: list[str]) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for number, text in enumerate(self._checked(texts)):
            values |= text.bind(f"{key}.{number}")
        return values

    def _checked(self, texts: list[str]) -> list[FreeText]:
        self.check(texts)
        return [self.parse(text.strip()) for text in texts]


class WordsField(TextField):
    """A free text whose words may match different texts. Cleans to a list of FreeText, one per word."""

    def parse(self, text: str) -> Any:
        super().parse(text)
        return [FreeText.parse(word) for word in text.split()[:_MAX_WORDS]]

    def parameters(self, key: str, texts: list[str]) -> Any:
        return [text.parameters(f"{key}.{number}") for number, text in enumerate(self._checked(texts))]

    def _checked(self, texts: list[str]) -> list[FreeText]:
        self.check(texts)
        return [word for text in texts for word in self.parse(text.strip())]


class TextsField(TextField):
    """Several free texts, any of which may match. Cleans to a list of FreeText."""

    many = True
