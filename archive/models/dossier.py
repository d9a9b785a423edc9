"""Dossiers: curated, ordered selections of records."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.models.base import Part, Record, exactly_one, first_related, history
from archive.models.constraints import slug_charset_constraint
from archive.models.fields import FilingKeyField


class Dossier(Record):
    """A selection of events, statements and measures in an order, with an introduction."""

    name = models.CharField(max_length=250, help_text="The dossier's title.")
    introduction = models.TextField(blank=True, help_text="What it is about and how it was put together.")
    filing_key = FilingKeyField(source=("name",))

    history = history()

    class Meta:
        ordering = ("slug",)
        constraints = [slug_charset_constraint("dossier")]
        indexes = [models.Index(fields=["status", "filing_key", "slug"], name="dossier_name")]


#: The foreign keys of a dossier's entry of which exactly one is set.
ENTERED = ("event", "statement", "measure")
_IN_DOSSIER = {
    "event": _("The event is in this dossier already: expected it once."),
    "statement": _("The statement is in this dossier already: expected it once."),
    "measure": _("The measure is in this dossier already: expected it once."),
}


class DossierEntry(Part):
    """A record's place in a dossier."""

    natural_key_fields = ("dossier__slug", "event__slug", "statement__slug", "measure__slug")
    subjects = ENTERED
    visibility_parents = ("dossier", *ENTERED)

    # An entry is a line of its dossier about one record; it goes with either.
    dossier = models.ForeignKey(Dossier, on_delete=models.CASCADE, related_name="entries", help_text="The dossier.")
    position = models.PositiveIntegerField(help_text="Its place in the dossier, from 1.")
    event = models.ForeignKey(
        "archive.Event", null=True, blank=True, on_delete=models.CASCADE, related_name="dossier_entries",
        help_text="The event, or",
    )  # fmt: skip
    statement = models.ForeignKey(
        "archive.Statement", null=True, blank=True, on_delete=models.CASCADE, related_name="dossier_entries",
        help_text="the statement, or",
    )  # fmt: skip
    measure = models.ForeignKey(
        "archive.Measure", null=True, blank=True, on_delete=models.CASCADE, related_name="dossier_entries",
        help_text="the measure.",
    )  # fmt: skip
    note = models.TextField(blank=True, help_text="Why it is here, if that is not clear.")

    history = history()

    class Meta:
        ordering = ("position", "id")
        verbose_name_plural = "dossier entries"
        constraints = [
            models.CheckConstraint(
                condition=exactly_one(*ENTERED),
                name="dossier_entry_of_one_record",
                violation_error_message=_("Got none or several, expected one event, statement or measure."),
            ),
            models.UniqueConstraint(
                fields=["dossier", "position"],
                name="dossier_entry_position_once",
                violation_error_message=_(
                    "The dossier has another entry at this position: expected each position once."
                ),
            ),
            *(
                models.UniqueConstraint(
                    fields=["dossier", name],
                    condition=models.Q(**{f"{name}__isnull": False}),
                    name=f"dossier_entry_once_per_{name}",
                    violation_error_message=_IN_DOSSIER[name],
                )
                for name in ENTERED
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.subject}"

    @property
    def subject(self) -> models.Model | None:
        """The event, statement or measure entered."""
        return first_related(self, ENTERED)
