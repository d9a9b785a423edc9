"""Check constraints that keep slugs and dates free of characters that JSON escapes.

SQL that renders JSON can then use the columns unescaped, which saves a tenth of a list's time.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, CheckConstraint, Q, Transform
from django.db.models.sql.compiler import SQLCompiler
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class JsonSafe(Transform):
    """Whether a text has no character of its field's ``forbidden_pattern``."""

    lookup_name = "json_safe"
    output_field = BooleanField()  # type: ignore[assignment]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: object) -> tuple[str, list[Any]]:  # type: ignore[override]
        sql, params = compiler.compile(self.lhs)
        pattern = self.lhs.output_field.forbidden_pattern  # type: ignore[attr-defined]
        if connection.vendor == "sqlite":
            # GLOB ignores values that are not text, and stops at a null character.
            text = f"CAST({sql} AS TEXT)"
            return f"({text} NOT GLOB %s AND instr({text}, char(0)) = 0)", [*params, f"*{pattern}*", *params]
        return f"{sql} !~ %s", [*params, pattern]


class CharsetConstraint(CheckConstraint):
    """Check constraint that forms do not validate by a query: the field itself refuses such a text."""

    def validate(self, *args: object, **kwargs: object) -> None:
        """Does nothing."""


def date_charset_constraint(model: str, field: str) -> CheckConstraint:
    """The constraint that a date's text has only the characters of EDTF."""
    text = _("{field}: it has a character that no date has, expected a date as EDTF writes it.")
    return _constraint(model, field, Q(**{f"{field}__json_safe": True}), format_lazy(text, field=field))


def slug_charset_constraint(model: str) -> CheckConstraint:
    """The constraint that a slug has only its allowed characters and is not empty."""
    message = _(
        "slug: it is empty or has a character that no slug has, expected English letters, digits, hyphens, underscores."
    )
    return _constraint(model, "slug", Q(slug__json_safe=True) & ~Q(slug=""), message)


def _constraint(model: str, field: str, condition: Q, message: _StrPromise) -> CheckConstraint:
    return CharsetConstraint(condition=condition, name=f"{model}_{field}_charset", violation_error_message=message)


@cache
def is_json_safe(model: type[models.Model], path: str) -> bool:
    """Whether a ``CharsetConstraint`` holds for the column at the end of a path."""
    field: Any = None
    step: Any = model
    for name in path.split("__"):
        if name == "pk":
            return False
        field = step._meta.get_field(name)
        step = getattr(field, "related_model", None)
    constraints = field.model._meta.constraints if hasattr(field, "forbidden_pattern") else ()
    return any(
        isinstance(item, CharsetConstraint) and item.name.endswith(f"_{field.name}_charset") for item in constraints
    )
