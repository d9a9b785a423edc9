"""Texts that hold a word, whatever its case, in every script and alike on both databases.

SQLite's own LIKE and UPPER fold the 26 letters of ASCII and no others: "état" would not find "ÉTAT".
"""

from __future__ import annotations

from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import F
from django.db.models.lookups import IContains
from django.dispatch import receiver


def holds(path: str, word: str) -> Any:
    """A condition: the text at the path holds the word. Accents, hyphens and spaces count."""
    return Holds(F(path), word)


class Holds(IContains):
    """``UPPER(text) LIKE UPPER(word)`` on PostgreSQL, the same by a function of ours on SQLite."""

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        text, params = self.process_lhs(compiler, connection)
        word, held = str(self.rhs), f"instr(chancery_upper({text}), %s) > 0"
        if not word.isascii():
            return held, [*params, upper(word)]
        # LIKE takes a sixth of the function's time; only the letters whose capitals are I and S it does not know.
        _, pattern = self.process_rhs(compiler, connection)
        found = f"{text} LIKE %s ESCAPE '\\'"
        return f"({found} OR ({text} GLOB '*[ıſ]*' AND {held}))", [*params, *pattern, *params, *params, upper(word)]


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
