"""Case-insensitive word search and name matching, with the same result on both databases.

SQLite's LIKE and UPPER fold only the 26 ASCII letters: "état" would not match "ÉTAT". A word is a text, or bind
parameters of a query that is compiled once; in both cases it reaches the database as a bind parameter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.backends.signals import connection_created
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.lookups import Contains, IContains
from django.dispatch import receiver

from archive.bind_parameters import BindParam, text_param
from archive.models import Body, Name, Official
from archive.text import name_parts

_FIELDS = ("pattern", "upper_pattern", "upper")


@dataclass(frozen=True, slots=True)
class SearchWord:
    """A word of a search: its LIKE pattern, the pattern in capitals, its capitals; each a text or a bind parameter."""

    pattern: str | BindParam
    upper_pattern: str | BindParam
    upper: str | BindParam
    is_ascii: bool

    @classmethod
    def parse(cls, text: str) -> SearchWord:
        capitals = upper(text)
        return cls(contains_pattern(text), contains_pattern(capitals), capitals, text.isascii())

    @classmethod
    def parameters(cls, key: str, is_ascii: bool) -> SearchWord:
        """A word of bind parameters, whose keys begin with ``key``."""
        pattern, upper_pattern, capitals = (text_param(f"{key}.{name}") for name in _FIELDS)
        return cls(pattern, upper_pattern, capitals, is_ascii)

    def bind(self, key: str) -> dict[str, Any]:
        """The values of those bind parameters."""
        return {f"{key}.{name}": getattr(self, name) for name in _FIELDS}


def escape_like(text: str) -> str:
    """The text for a LIKE pattern in which it stands for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def contains_pattern(text: str) -> str:
    """The LIKE pattern of texts that contain this one."""
    return f"%{escape_like(text)}%"


def prefix_pattern(text: str) -> str:
    """The LIKE pattern of texts that begin with this one."""
    return f"{escape_like(text)}%"


def contains_word(path: str, word: SearchWord) -> Any:
    """A condition: the text at the path holds the word. Accents, hyphens and spaces count, case does not."""
    return ContainsWord(F(path), word)


def like(path: str, pattern: str | BindParam) -> Any:
    """A condition: the text at the path fits the LIKE pattern. For folded texts and codes, where case never differs."""
    return Like(F(path), pattern)


def _as_sql(value: str | BindParam, compiler: Any) -> tuple[str, list[Any]]:
    """SQL of a value that is a bind parameter, and its parameters."""
    if isinstance(value, BindParam):
        sql, params = compiler.compile(value)
        return sql, list(params)
    return "%s", [value]


class Like(Contains):
    """``text LIKE pattern``, the pattern as a bind parameter."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        text, params = self.process_lhs(compiler, connection)
        pattern, pattern_params = _as_sql(self.rhs, compiler)
        escape = " ESCAPE '\\'" if connection.vendor == "sqlite" else ""
        return f"{text} LIKE {pattern}{escape}", [*params, *pattern_params]


class ContainsWord(IContains):
    """``UPPER(text) LIKE pattern`` of capitals on PostgreSQL, the same by a function of ours on SQLite."""

    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        text, params = self.process_lhs(compiler, connection)
        pattern, pattern_params = _as_sql(self.rhs.upper_pattern, compiler)
        return f"{text} LIKE {pattern}", [*params, *pattern_params]

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        text, params = self.process_lhs(compiler, connection)
        capitals, capitals_params = _as_sql(self.rhs.upper, compiler)
        contains = f"instr(chancery_upper({text}), {capitals}) > 0"
        if not self.rhs.is_ascii:
            return contains, [*params, *capitals_params]
        # LIKE takes a sixth of the function's time; only the letters whose capitals are I and S it does not know.
        pattern, pattern_params = _as_sql(self.rhs.pattern, compiler)
        like = f"{text} LIKE {pattern} ESCAPE '\\'"
        sql = f"({like} OR ({text} GLOB '*[ıſ]*' AND {contains}))"
        return sql, [*params, *pattern_params, *params, *params, *capitals_params]


def upper(text: str) -> str:
    """Letter by letter, as PostgreSQL does: what has no single capital (ß) stays."""
    capitals = text.upper()
    if len(capitals) == len(text):
        return capitals
    return "".join(capital if len(capital := letter.upper()) == 1 else letter for letter in text)


@receiver(connection_created, dispatch_uid="archive.sql.text_conditions")
def add_function(connection: Any, **kwargs: Any) -> None:
    """SQLite's connections need it."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("chancery_upper", 1, _upper, deterministic=True)


def _upper(text: str | None) -> str | None:
    return None if text is None else upper(text)


def name_patterns(text: str) -> list[str]:
    """The LIKE patterns of the folded parts of a name or of some of its words."""
    return [contains_pattern(part) for part in name_parts(text)]


def name_matches(model: type[Official] | type[Body], patterns: Sequence[str | BindParam]) -> Q:
    """Records one of whose names fits every one of the LIKE patterns (``name_patterns``); none without a pattern."""
    if not patterns:
        return Q(pk__in=[])
    bearer = "official" if model is Official else "body"
    own, other = Q(), Q(**{bearer: OuterRef("pk")})
    for pattern in patterns:
        own &= Q(like("folded", pattern))
        other &= Q(like("folded", pattern))
    return own | Q(Exists(Name.objects.filter(other)))
