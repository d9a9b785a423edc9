"""Identifiers of records in other catalogues."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.models.base import Part, exactly_one, first_related, history

#: The foreign keys of an identifier of which exactly one is set.
IDENTIFIED = ("official", "body", "office", "appointment", "event", "measure", "statement", "topic", "source")


def _identified(model: str, what: str) -> models.ForeignKey[models.Model | None, models.Model | None]:
    # An identifier of nothing identifies nothing.
    return models.ForeignKey(
        f"archive.{model}",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="identifiers",
        help_text=f"The {what} so identified; an identifier has exactly one subject.",
    )


class Identifier(Part):
    """What another catalogue calls a record: Wikidata, VIAF, the WTO's dispute number, a former slug."""

    natural_key_fields = ("scheme", "value")
    subjects = IDENTIFIED
    visibility_parents = (*IDENTIFIED, "office__body", "appointment__official", "appointment__office__body",
                          "appointment__office")  # fmt: skip

    scheme = models.CharField(max_length=40, help_text="Whose identifier: wikidata, viaf, pocom, wto-dispute, ...")
    value = models.CharField(max_length=200, help_text="The identifier itself (DS590).")
    official = _identified("Official", "official")
    body = _identified("Body", "body")
    office = _identified("Office", "office")
    appointment = _identified("Appointment", "appointment")
    event = _identified("Event", "event")
    measure = _identified("Measure", "measure")
    statement = _identified("Statement", "statement")
    topic = _identified("Topic", "topic")
    source = _identified("Source", "source")

    history = history()

    class Meta:
        ordering = ("scheme", "value")
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "value"],
                name="identifier_once",
                violation_error_message=_("A record has this identifier already: expected each value once per scheme."),
            ),
            models.CheckConstraint(
                condition=exactly_one(*IDENTIFIED),
                name="identifier_of_exactly_one_record",
                violation_error_message=_("Got none or several records, expected exactly one that it identifies."),
            ),
            models.CheckConstraint(
                condition=~models.Q(scheme="") & ~models.Q(value=""),
                name="identifier_not_empty",
                violation_error_message=_("An identifier without scheme or value says nothing: expected both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme}:{self.value}"

    @property
    def subject(self) -> models.Model | None:
        """The record that it identifies."""
        return first_related(self, IDENTIFIED)
