"""A compiled statement, and how it runs: its answer goes from the driver to the caller as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connections

from archive.querysets.deadline import stopped_in_time
from archive.querysets.slots import Open


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL with its parameters, some of them open."""

    sql: str
    params: tuple[Any, ...]

    def run(self, values: Mapping[str, Any], using: str = "default") -> bytes | None:
        """The JSON text (UTF-8), or None where what was asked for is not there. Raises django.db.Error."""
        connection = connections[using]
        params = [values[one.key] if type(one) is Open else one for one in self.params]
        if connection.vendor == "postgresql":
            from archive.projection.prepared import fetch  # SQLite needs no psycopg

            return fetch(connection, self.sql, params)
        with stopped_in_time(connection), connection.cursor() as cursor:
            cursor.execute(self.sql, [_plain(connection, one) for one in params])
            row = cursor.fetchone()
        return None if row is None else row[0]


def _plain(connection: Any, value: Any) -> Any:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value.isoformat() if isinstance(value, date) else value
