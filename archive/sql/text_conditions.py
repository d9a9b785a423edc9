"""LIKE patterns, and conditions with them; a pattern is a text or a bind parameter of a query that is compiled once."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import F
from django.db.models.lookups import Contains
from django.db.models.sql.compiler import SQLCompiler

from archive.bind_parameters import BindParam, text_sql


def escape_like(text: str) -> str:
    """The text for a LIKE pattern in which it stands for itself."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def contains_pattern(text: str) -> str:
    """The LIKE pattern of texts that contain this one."""
    return f"%{escape_like(text)}%"


def prefix_pattern(text: str) -> str:
    """The LIKE pattern of texts that begin with this one."""
    return f"{escape_like(text)}%"


def like(path: str, pattern: str | BindParam) -> Any:
    """A condition: the text at the path fits the LIKE pattern. For folded texts and codes, where case never differs."""
    return Like(F(path), pattern)


class Like(Contains):
    """``text LIKE pattern``, the pattern as a bind parameter."""

    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:  # type: ignore[override]
        text, params = self.process_lhs(compiler, connection)
        pattern, pattern_params = text_sql(self.rhs, compiler)
        escape = " ESCAPE '\\'" if connection.vendor == "sqlite" else ""
        return f"{text} LIKE {pattern}{escape}", [*params, *pattern_params]
