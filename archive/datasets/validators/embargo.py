"""Validator of scheduled publications: no dataset publishes a record before its time."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from archive.choices import Status
from archive.datasets.resolve import Rows
from archive.datasets.validators.constraints import Validator
from archive.models import Review


class EmbargoValidator(Validator):
    """Reports records that the dataset publishes before the time for which an editor has scheduled them."""

    def validate(self) -> None:
        if Review.objects.using(self.database.using).filter(publish_at__gt=timezone.now()).exists():
            for rows in self.resolver.rows.values():
                if rows.record_type.has_status:
                    self._check(rows)

    def _check(self, rows: Rows) -> None:
        record_type = rows.record_type
        query = f"""SELECT own.file, own.line, review.publish_at FROM {rows.table} AS own
            JOIN {self.model_table(record_type)} AS stored ON stored.id = own.id
            JOIN {self.quote(Review._meta.db_table)} AS review ON review.record_id = own.id AND review.kind = %s
            WHERE own.status = %s AND stored.status <> %s AND review.publish_at > %s ORDER BY 1, 2"""
        published = str(Status.PUBLISHED.value)
        now = self.database.connection.ops.adapt_datetimefield_value(timezone.now())
        params = (record_type.model._meta.model_name, published, published, now)
        for file, line, moment in self.database.rows(query, params):
            # SQLite returns a column of a query of our own as text.
            until = moment if isinstance(moment, datetime) else datetime.fromisoformat(moment)
            got = f"published, but it is scheduled for {until:%Y-%m-%d %H:%M} (UTC)"
            expected = "another status until then, or lift the schedule first"
            self.add(file, line, "status", got, expected, code="embargoed")
