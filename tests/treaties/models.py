"""Treaties, and their entry in the registry."""

from __future__ import annotations

from django.db import models

from archive.models import Body
from archive.models.base import Record, history
from archive.models.fields import FilingKeyField, PartialDateField
from archive.registry import COLLECTIONS, Collection


class Treaty(Record):
    """An agreement between states in writing."""

    name = models.CharField(max_length=200, help_text="Its title.")
    signed = PartialDateField(help_text="When it was signed.")
    depositary = models.ForeignKey(Body, null=True, blank=True, on_delete=models.PROTECT, help_text="Who keeps it.")
    filing_key = FilingKeyField(source=("name",))

    history = history()

    class Meta:
        ordering = ("slug",)
        verbose_name_plural = "treaties"


COLLECTIONS["treaties"] = Collection(
    name="treaties", model=Treaty, filterset="tests.treaties.filters.TreatyFilterSet",
    page={"depositary": ()}, search_rank=6, admin_rank=11,
)  # fmt: skip
