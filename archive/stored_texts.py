"""Sentences that are stored in English, in the language of the page that shows them.

A sentence is written by a template, such as "a date not before {date}". A page finds the template by the stored
sentence, so what an earlier version stored is translated too. A text that no template matches, such as what somebody
wrote, is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.conf import settings
from django.utils.translation import get_language, gettext


@dataclass(frozen=True, slots=True)
class Placeholder:
    """The values of a placeholder: the pattern of their stored text, and what makes of that the text of the page."""

    pattern: str = r"\S+"
    display: Callable[[str], str] = str


_NONE: Mapping[str, Placeholder] = MappingProxyType({})


class StoredTexts:
    """Templates of stored sentences; of several that match, the first is taken.

    A placeholder that ``placeholders`` does not describe has a value without spaces, which is shown as it is.
    """

    def __init__(self, templates: Iterable[str], placeholders: Mapping[str, Placeholder] = _NONE) -> None:
        self.placeholders = placeholders
        self.patterns = [(str(template), re.compile(self._pattern(template), re.DOTALL)) for template in templates]

    def pattern_of(self, template: str) -> re.Pattern[str]:
        """The pattern of the sentences of a template."""
        return next(pattern for other, pattern in self.patterns if other == template)

    def match(self, text: str) -> tuple[str, dict[str, str]] | None:
        """The template of a stored sentence and its values; None for a text of another kind."""
        for template, pattern in self.patterns:
            if match := pattern.fullmatch(text):
                return template, match.groupdict()
        return None

    def translate(self, text: str) -> str:
        """A stored sentence in the active language; a text of another kind, and in English any, as it is."""
        if get_language() == settings.LANGUAGE_CODE or (matched := self.match(text)) is None:
            return text
        template, values = matched
        return gettext(template).format(**{name: self._placeholder(name).display(values[name]) for name in values})

    def _placeholder(self, name: str) -> Placeholder:
        return self.placeholders.get(name, Placeholder())

    def _pattern(self, template: str) -> str:
        return re.sub(
            r"\\\{(\w+)\\\}", lambda name: f"(?P<{name[1]}>{self._placeholder(name[1]).pattern})", re.escape(template)
        )
