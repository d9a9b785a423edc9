"""The version of what the public can read: one row, raised by the database itself (``archive.public_version``)."""

from __future__ import annotations

from django.db import models


class PublicVersion(models.Model):
    """A stamp that changes in the transaction of every write that can change a public answer, and by nothing else."""

    stamp = models.CharField(
        max_length=36, help_text="A random text, new at each raise: no stamp returns, not even after a restored backup."
    )
    number = models.BigIntegerField(default=0, help_text="How many times the version was raised.")

    class Meta:
        verbose_name = "public version"

    def __str__(self) -> str:
        return f"public version {self.number}"
