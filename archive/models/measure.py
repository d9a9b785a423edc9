"""Measures, their steps and their goods."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.choices import GoodScheme, Instrument, MeasurePhase
from archive.models.base import Part, Record, history
from archive.models.constraints import slug_charset_constraint
from archive.models.fields import FilingKeyField, FoldedField, PartialDateField, date_constraints


class Measure(Record):
    """An act in force over a period: who imposes it, on whom, on which goods, in which steps."""

    name = models.CharField(max_length=250, help_text="What the measure is, as a short heading.")
    summary = models.TextField(
        blank=True, help_text="What it asks or forbids, in a few sentences of the archive's own."
    )
    instrument = models.CharField(max_length=24, choices=Instrument.choices, help_text="What kind of act it is.")
    imposers = models.ManyToManyField(
        "archive.Body", blank=True, related_name="measures_imposed", help_text="The bodies that impose it."
    )
    targets = models.ManyToManyField(
        "archive.Body", blank=True, related_name="measures_suffered", help_text="The bodies it is aimed at."
    )
    in_force = PartialDateField(
        null=True, blank=True, period=True,
        help_text="From when until when, as an EDTF interval (2019-07-04/2023-03-23, 2019-07-04/..).",
    )  # fmt: skip
    topics = models.ManyToManyField("archive.Topic", blank=True, related_name="measures", help_text="What it is about.")
    filing_key = FilingKeyField(source=("name",))

    history = history(imposers, targets, topics)

    class Meta:
        ordering = ("in_force_sort", "slug")
        constraints = [slug_charset_constraint("measure"), *date_constraints("measure", "in_force")]
        indexes = [
            models.Index(fields=["status", "in_force_sort", "slug"], name="measure_in_force"),
            models.Index(fields=["in_force_sort", "slug"], name="measure_in_force_any_status"),
            models.Index(fields=["status", "filing_key", "slug"], name="measure_name"),
            models.Index(fields=["status", "updated_at", "slug"], name="measure_updated"),
        ]


class MeasureStep(Part):
    """A step in the life of a measure: the event by which it was announced, took effect, was eased or lifted."""

    natural_key_fields = ("measure__slug", "event__slug", "phase")
    visibility_parents = ("measure", "event")

    # A step is part of its measure, and means nothing without its event.
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="steps", help_text="The measure.")
    event = models.ForeignKey(
        "archive.Event",
        on_delete=models.CASCADE,
        related_name="measure_steps",
        help_text="The event that was the step.",
    )
    phase = models.CharField(max_length=11, choices=MeasurePhase.choices, help_text="What the step did to the measure.")

    history = history()

    class Meta:
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["measure", "event", "phase"],
                name="measure_step_once",
                violation_error_message=_("The event is this step already: expected each phase once per event."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.measure.slug} {self.phase} by {self.event.slug}"


class MeasureGood(Part):
    """A good that a measure covers, with its code where it has one."""

    natural_key_fields = ("measure__slug", "name")
    visibility_parents = ("measure",)
    derived_fields = ("folded",)

    # Goods are listed by their measure and nowhere else.
    measure = models.ForeignKey(Measure, on_delete=models.CASCADE, related_name="goods", help_text="The measure.")
    name = models.CharField(max_length=200, help_text="What the good is called.")
    scheme = models.CharField(
        max_length=12, choices=GoodScheme.choices, default=GoodScheme.NONE, help_text="Which list the code is from."
    )
    code = models.CharField(max_length=20, blank=True, help_text="Code in that list; HS codes without dots (281111).")
    in_force = PartialDateField(
        null=True, blank=True, period=True,
        help_text="When the good was covered, if not as long as the measure was in force.",
    )  # fmt: skip
    folded = FoldedField(source=("name",))

    history = history()

    class Meta:
        ordering = ("id",)
        constraints = [
            *date_constraints("measuregood", "in_force"),
            models.UniqueConstraint(
                fields=["measure", "name"],
                name="measure_good_once",
                violation_error_message=_("The measure covers a good of this name already: expected each name once."),
            ),
            models.CheckConstraint(
                condition=models.Q(scheme=GoodScheme.NONE, code="")
                | (~models.Q(scheme=GoodScheme.NONE) & ~models.Q(code="")),
                name="measure_good_code_has_scheme",
                violation_error_message=_(
                    "A code and its list go together: expected both, or neither ('no code known')."
                ),
            ),
        ]
        indexes = [models.Index(fields=["code"], name="measure_good_code")]

    def __str__(self) -> str:
        return self.name

    def set_derived_fields(self) -> None:
        if self.scheme == GoodScheme.HS:
            self.code = self.code.replace(".", "").replace(" ", "")
