"""Texts that hold a word, whatever its case, in every script and with the same result on both databases.

SQLite's own LIKE and UPPER fold the 26 letters of ASCII and no others: "état" would not find "ÉTAT". A word comes as it
is, or as slots of a statement that is compiled once: either way it reaches the database as a bind parameter.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import F
from django.db.models.lookups import Contains, IContains
from django.dispatch import receiver

from archive.querysets.slots import Slot, open_text

_PIECES = ("pattern", "upper_pattern", "upper")


@dataclass(frozen=True, slots=True)
class Word:
    """A word to look for: its LIKE pattern, the pattern of its capitals, its capitals; each a text or a slot."""

    pattern: str | Slot
    upper_pattern: str | Slot
    upper: str | Slot
    is_ascii: bool

    @classmethod
    def of(cls, text: str) -> Word:
        capitals = upper(text)
        return cls(containing(text), containing(capitals), capitals, text.isascii())

    @classmethod
    def open(cls, key: str, is_ascii: bool) -> Word:
        """A word that is given when the statement runs."""
        pattern, upper_pattern, capitals = (open_text(f"{key}.{name}") for name in _PIECES)
        return cls(pattern, upper_pattern, capitals, is_ascii)

    def fill(self, key: str) -> dict[str, Any]:
        """The values for the slots of ``open``, of a word made by ``of``."""
        return {f"{key}.{name}": getattr(self, name) for name in _PIECES}


def escaped(text: str) -> str:
    """The text for a LIKE pattern in which it stands for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def containing(text: str) -> str:
    """The LIKE pattern of texts that contain this one."""
    return f"%{escaped(text)}%"


def beginning(text: str) -> str:
    """The LIKE pattern of texts that begin with this one."""
    return f"{escaped(text)}%"


def holds(path: str, word: Word) -> Any:
    """A condition: the text at the path holds the word. Accents, hyphens and spaces count, case does not."""
    return Holds(F(path), word)


def like(path: str, pattern: str | Slot) -> Any:
    """A condition: the text at the path fits the LIKE pattern. For folded texts and codes, where case never differs."""
    return Like(F(path), pattern)


def _bound(value: str | Slot, compiler: Any) -> tuple[str, list[Any]]:
    """SQL of a value that is a bind parameter, and its parameters."""
    if isinstance(value, Slot):
        sql, params = compiler.compile(value)
        return sql, list(params)
    return "%s", [value]


class Like(Contains):
    """``text LIKE pattern``, the pattern as a bind parameter."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        text, params = self.process_lhs(compiler, connection)
        pattern, pattern_params = _bound(self.rhs, compiler)
        escape = " ESCAPE '\\'" if connection.vendor == "sqlite" else ""
        return f"{text} LIKE {pattern}{escape}", [*params, *pattern_params]


class Holds(IContains):
    """``UPPER(text) LIKE pattern`` of capitals on PostgreSQL, the same by a function of ours on SQLite."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        text, params = self.process_lhs(compiler, connection)
        pattern, pattern_params = _bound(self.rhs.upper_pattern, compiler)
        return f"{text} LIKE {pattern}", [*params, *pattern_params]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        text, params = self.process_lhs(compiler, connection)
        capitals, capitals_params = _bound(self.rhs.upper, compiler)
        held = f"instr(chancery_upper({text}), {capitals}) > 0"
        if not self.rhs.is_ascii:
            return held, [*params, *capitals_params]
        # LIKE takes a sixth of the function's time; only the letters whose capitals are I and S it does not know.
        pattern, pattern_params = _bound(self.rhs.pattern, compiler)
        found = f"{text} LIKE {pattern} ESCAPE '\\'"
        sql = f"({found} OR ({text} GLOB '*[ıſ]*' AND {held}))"
        return sql, [*params, *pattern_params, *params, *params, *capitals_params]


def upper(text: str) -> str:
    """Letter by letter, as PostgreSQL does: what has no single capital (ß) stays."""
    capitals = text.upper()
    if len(capitals) == len(text):
        return capitals
    return "".join(capital if len(capital := letter.upper()) == 1 else letter for letter in text)


@receiver(connection_created, dispatch_uid="archive.querysets.words")
def add_function(connection: Any, **kwargs: Any) -> None:
    """SQLite's connections need it."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("chancery_upper", 1, _upper, deterministic=True)


def _upper(text: str | None) -> str | None:
    return None if text is None else upper(text)
