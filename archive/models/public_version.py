"""The public version, a row that triggers update when public records change (``archive.cache.triggers``)."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

from django.db import connections, models
from django.db.models.functions import Coalesce


class PublicChange(models.Model):
    """A transaction that changed what the public can read: what it stamped lies after ``began_at``.

    Others see its work only after ``ended_at``, so whoever looked in between has not seen it, although its records'
    ``updated_at`` may lie before that look. The database writes the rows (``archive.cache.triggers.public_version``).
    """

    began_at = models.DateTimeField(help_text="No record that it changed has an earlier `updated_at`, nor this one.")
    last_at = models.DateTimeField(
        help_text="The last moment that it stamped: whoever names just this one has seen all of it."
    )
    ended_at = models.DateTimeField(help_text="When it began to commit; until then the same as `began_at`.")

    class Meta:
        verbose_name = "public change"
        default_permissions = ()
        indexes = [models.Index(fields=["ended_at", "began_at"], name="public_change_ended")]

    def __str__(self) -> str:
        return f"{self.began_at:%Y-%m-%d %H:%M:%S} to {self.ended_at:%H:%M:%S}"


def earliest_unseen(moment: datetime) -> Coalesce:
    """The moment after which changes are stamped that nobody saw at ``moment``, as an SQL expression.

    It is ``moment`` itself, or the beginning of the earliest transaction that was open then.
    """
    spanning = PublicChange.objects.filter(began_at__lt=moment, ended_at__gte=moment).exclude(last_at=moment)
    return Coalesce(models.Subquery(spanning.order_by("began_at").values("began_at")[:1]), moment)


class PublicVersion(models.Model):
    """A stamp that changes in the transaction of every write that can change a public answer, and by nothing else."""

    stamp = models.CharField(
        max_length=36, help_text="A random text, new at each raise: no stamp returns, not even after a restored backup."
    )
    number = models.BigIntegerField(default=0, help_text="How many times the version was raised.")
    clock = models.BigIntegerField(
        default=0,
        db_default=0,
        help_text="On SQLite: the moment of the last change, in microseconds since 1970; no two changes share one.",
    )
    is_bulk = models.BooleanField(
        default=False,
        db_default=False,
        help_text="On SQLite: whether all changes of this transaction share `clock`.",
    )

    class Meta:
        verbose_name = "public version"

    def __str__(self) -> str:
        return f"public version {self.number}"


def raise_public_version(using: str) -> None:
    """Raise the public version for a change of a table that has no triggers, such as of redirects."""
    if connections[using].vendor == "postgresql":
        with connections[using].cursor() as cursor:
            cursor.execute("SELECT archive_public_raise()")  # of archive.cache.triggers.public_version
    else:
        PublicVersion.objects.using(using).update(stamp=str(uuid4()), number=models.F("number") + 1)
