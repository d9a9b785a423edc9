"""The day that lies a span of time after another, as SQL on both databases.

A month later is the same day of the month, or the month's last day if it has fewer (as PostgreSQL adds an interval).
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.db.models import DateField, Func, IntegerField, Value
from django.db.models.expressions import Combinable
from django.db.models.sql.compiler import SQLCompiler
from django.dispatch import receiver

from archive.bind_parameters import BindParam


class AddSpan(Func):
    """A date column plus months and days, each a number or a bind parameter; NULL for NULL."""

    function = "chancery_add_span"

    def __init__(self, column: str | Combinable, months: int | BindParam, days: int | BindParam) -> None:
        super().__init__(column, _number(months), _number(days), output_field=DateField())

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: object
    ) -> tuple[str, Any]:
        (day, months, days), params = zip(*map(compiler.compile, self.source_expressions), strict=True)
        interval = f"make_interval(months => ({months})::int, days => ({days})::int)"
        return f"(({day}) + {interval})::date", [param for group in params for param in group]


def _number(value: int | BindParam) -> Any:
    return value if isinstance(value, BindParam) else Value(value, output_field=IntegerField())


def add_span(text: str | None, months: int, days: int) -> str | None:
    """The day as ISO 8601; the last day of the year 9999 where the sum is later."""
    if text is None:
        return None
    day = date.fromisoformat(text)
    year, month = divmod(12 * day.year + day.month - 1 + months, 12)
    if year > date.max.year:
        return date.max.isoformat()
    moved = date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
    return date.fromordinal(min(moved.toordinal() + timedelta(days).days, date.max.toordinal())).isoformat()


@receiver(connection_created, dispatch_uid="archive.sql.date_spans")
def add_function(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    """SQLite's connections need it."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("chancery_add_span", 3, add_span, deterministic=True)
