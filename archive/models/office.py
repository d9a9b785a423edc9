"""Offices and appointments."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.choices import AppointmentMode, EndState
from archive.models.base import Record, history
from archive.models.constraints import slug_charset_constraint
from archive.models.fields import FilingKeyField, PartialDateField, date_constraints


class Office(Record):
    """A post in a body, whoever holds it."""

    visibility_parents = ("body",)

    name = models.CharField(max_length=200, help_text="The post's title in English.")
    # A body with offices is not deleted: who held them would be lost.
    body = models.ForeignKey(
        "archive.Body", on_delete=models.PROTECT, related_name="offices", help_text="The body that the post is in."
    )
    filing_key = FilingKeyField(source=("name",))

    history = history()

    class Meta:
        ordering = ("slug",)
        constraints = [slug_charset_constraint("office")]
        indexes = [models.Index(fields=["status", "filing_key", "slug"], name="office_name")]

    def __str__(self) -> str:
        return f"{self.name}, {self.body}"


#: Records that depend on one and that a message names.
_MAX_SHOWN = 5


class Appointment(Record):
    """An official in an office, from and to a date; several may run at once."""

    visibility_parents = ("official", "office", "office__body")
    derived_fields = ("end_state",)
    compared_fields = ("official",)

    # An official or office with appointments is not deleted: statements are made in them.
    official = models.ForeignKey(
        "archive.Official", on_delete=models.PROTECT, related_name="appointments", help_text="Who is appointed."
    )
    office = models.ForeignKey(
        "archive.Office", on_delete=models.PROTECT, related_name="appointments", help_text="To which office."
    )
    appointed = PartialDateField(null=True, blank=True, help_text="When named, if not the day of taking office.")
    start = PartialDateField(null=True, blank=True, help_text="When the office was taken up.")
    end = PartialDateField(null=True, blank=True, help_text="When it was left; blank: not known, unless ongoing.")
    end_state = models.CharField(
        max_length=7,
        choices=EndState.choices,
        default=EndState.UNKNOWN,
        help_text="Whether the appointment has ended, is ongoing, or nobody has said.",
    )
    mode = models.CharField(
        max_length=11,
        choices=AppointmentMode.choices,
        default=AppointmentMode.SUBSTANTIVE,
        help_text="In full, acting, or named but never in office.",
    )

    history = history()

    class Meta:
        ordering = ("start_sort", "slug")
        constraints = [
            slug_charset_constraint("appointment"),
            *date_constraints("appointment", "appointed"),
            *date_constraints("appointment", "start"),
            *date_constraints("appointment", "end"),
            models.CheckConstraint(
                condition=models.Q(start_earliest__isnull=True)
                | models.Q(end_latest__isnull=True)
                | models.Q(start_earliest__lte=models.F("end_latest")),
                name="appointment_start_not_after_end",
                violation_error_message=_(
                    "The appointment ends before it starts: expected an end on or after the start."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(end__isnull=True) | models.Q(end_state=EndState.ENDED),
                name="appointment_with_end_has_ended",
                violation_error_message=_(
                    "It has an end and has not ended: expected the end state 'ended', or no end."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "start_sort", "slug"], name="appointment_start"),
            models.Index(fields=["start_sort", "slug"], name="appointment_start_any_status"),
            models.Index(fields=["official", "start_earliest"], name="appointment_official"),
            models.Index(fields=["office", "start_earliest"], name="appointment_office"),
        ]

    def __str__(self) -> str:
        return f"{self.official}: {self.office.name}"

    @property
    def last_possible(self) -> date | None:
        """The last day on which it may have run: of its end, of the official's life and of the body's existence."""
        bounds = (self.end_latest, self.official.died_latest, self.office.body.existed_latest)  # type: ignore[attr-defined]
        return min((day for day in bounds if day is not None), default=None)

    @property
    def first_possible(self) -> date | None:
        """The first day on which it may have run: of its start, of the official's life and of the body's existence."""
        bounds = (self.start_earliest, self.official.born_earliest, self.office.body.existed_earliest)  # type: ignore[attr-defined]
        return max((day for day in bounds if day is not None), default=None)

    def set_derived_fields(self) -> None:
        if self.end:
            self.end_state = EndState.ENDED

    def clean(self) -> None:
        super().clean()
        self.set_derived_fields()
        start = self.start.earliest if self.start else None
        end = self.end.latest if self.end else None
        if start and end and start > end:
            raise ValidationError(
                {
                    "end": ValidationError(
                        _("The end lies before the start: got '%(got)s', expected %(expected)s."),
                        code="reversed",
                        params={
                            "got": str(self.end),
                            "expected": gettext("a date not before {date}").format(date=self.start),
                        },
                    )
                }
            )

    def check_change(self, stored: Appointment) -> None:
        """Refuse an official of whom statements of another speaker have this appointment as a capacity."""
        if self.official_id is None or stored.official_id == self.official_id:
            return
        statements = self.statements.exclude(speaker=self.official_id).order_by("slug")  # type: ignore[attr-defined]
        slugs = list(statements.values_list("slug", flat=True)[: _MAX_SHOWN + 1])
        if slugs:
            listed = ", ".join(slugs[:_MAX_SHOWN]) + (", ..." if len(slugs) > _MAX_SHOWN else "")
            expected = gettext(
                "{official}: it is a capacity of the speaker of {statements}, so take it off these first"
            )
            params = {
                "got": str(self.official),
                "expected": expected.format(official=statements[0].speaker or gettext("none"), statements=listed),
            }
            error = ValidationError(_("Got '%(got)s', expected %(expected)s."), code="dependents", params=params)
            raise ValidationError({"official": error})

    def overlapping(self, appointments: Iterable[Appointment]) -> list[Appointment]:
        """The appointments to the same office at the same time as this one: probably a mistake."""
        others = [other for other in appointments if other.pk != self.pk and other.office_id == self.office_id]
        return [other for other in others if _may_start_before_end(self, other) and _may_start_before_end(other, self)]


def _may_start_before_end(appointment: Appointment, other: Appointment) -> bool:
    start, end = appointment.start_earliest, other.end_latest  # type: ignore[attr-defined]
    return start is None or end is None or start <= end
