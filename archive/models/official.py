"""Officials."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.models.base import Record, history
from archive.models.constraints import slug_charset_constraint
from archive.models.fields import FilingKeyField, FoldedField, PartialDateField, date_constraints


class Official(Record):
    """A person who holds or held an office."""

    derived_fields = ("folded",)

    name = models.CharField(max_length=200, help_text="The usual name in Latin letters, in the person's own order.")
    sort_name = models.CharField(
        max_length=200,
        blank=True,
        help_text="How the name is filed (Kim You-geun; Churchill, Winston); empty: the name.",
    )
    born = PartialDateField(null=True, blank=True, help_text="Date of birth, as far as it is known.")
    died = PartialDateField(null=True, blank=True, help_text="Date of death, as far as it is known.")
    # A state is not deleted while it has officials.
    state = models.ForeignKey(
        "archive.Body", null=True, blank=True, on_delete=models.PROTECT, related_name="officials",
        help_text="The state that the person serves.",
    )  # fmt: skip
    folded = FoldedField(source=("name", "sort_name"))
    filing_key = FilingKeyField(source=("sort_name", "name"))

    history = history()

    class Meta:
        ordering = ("filing_key", "slug")
        constraints = [
            slug_charset_constraint("official"),
            *date_constraints("official", "born"),
            *date_constraints("official", "died"),
            models.CheckConstraint(
                condition=models.Q(born_earliest__isnull=True)
                | models.Q(died_latest__isnull=True)
                | models.Q(born_earliest__lte=models.F("died_latest")),
                name="official_not_dead_before_born",
                violation_error_message=_("The death lies before the birth: expected a death on or after the birth."),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "filing_key", "slug"], name="official_filing_key"),
            models.Index(fields=["filing_key", "slug"], name="official_filing_key_any_status"),
        ]

    def clean(self) -> None:
        super().clean()
        born = self.born.earliest if self.born else None
        died = self.died.latest if self.died else None
        if born and died and born > died:
            raise ValidationError(
                {
                    "died": ValidationError(
                        _("The death lies before the birth: got '%(got)s', expected %(expected)s."),
                        code="reversed",
                        params={
                            "got": str(self.died),
                            "expected": gettext("a date not before {date}").format(date=self.born),
                        },
                    )
                }
            )

    def set_derived_fields(self) -> None:
        self.sort_name = self.sort_name or self.name
