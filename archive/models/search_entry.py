"""The full-text index of all records."""

from __future__ import annotations

from django.db import models


class SearchEntry(models.Model):
    """A record's entry in the full-text index; derived and read-only.

    Triggers write the entries whenever a record or one of its parts is written, also by SQL
    (``archive.cache.triggers``). On PostgreSQL an entry has two vectors, of the names and of the other texts. On SQLite
    it is the row of two FTS5 tables with its id. ``archive.search_index.conditions`` has the conditions over them.
    """

    kind = models.CharField(max_length=40, help_text="The collection of the record.")
    record_id = models.BigIntegerField(help_text="The id of the record.")
    date_sort = models.BigIntegerField(help_text="The sort key of the record's date; 0 if it has none.")

    class Meta:
        # Its tables are created by a migration, and emptied by triggers and not by Django.
        managed = False
        db_table = "archive_searchentry"
        default_permissions = ()
        verbose_name_plural = "search entries"

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"
