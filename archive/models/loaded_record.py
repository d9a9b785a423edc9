"""The state of a record in a dataset's last load, if the record's history does not have it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class LoadedRecord(models.Model):
    """The state of a record as a dataset last had it, against which the next load of the dataset finds corrections.

    Most records need no row: their last revision by a load of the dataset is that state. A row is there where the load
    wrote no such revision, or where a correction was kept and the revision holds the correction.
    """

    dataset = models.CharField(max_length=64, help_text="SHA-256 of the dataset's title.")
    kind = models.CharField(max_length=32, help_text="Kind of record, as the dataset's file is named.")
    record = models.BigIntegerField(help_text="The record's id.")
    revision = models.BigIntegerField(
        help_text="The revision that holds the state; 0: the record's first one, which is written when it is changed."
    )
    overrides = models.JSONField(
        null=True, help_text="By field the values that differ from those of the revision; of links a list of ids."
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "kind", "record"],
                name="loaded_record_once",
                violation_error_message=_("A dataset's state of a record: got a second one, expected one a record."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record}"
