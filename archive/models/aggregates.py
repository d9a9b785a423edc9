"""Aggregates that Django has for one database only."""

from __future__ import annotations

from django.db.models import Aggregate, JSONField


class JsonList(Aggregate):
    """The values of a group's rows as a list; NULL without rows. Among the values may be ``JSONArray`` of columns."""

    function = "json_group_array"
    output_field = JSONField()

    def as_postgresql(self, compiler, connection, **context):  # type: ignore[no-untyped-def]
        return self.as_sql(compiler, connection, function="jsonb_agg", **context)
