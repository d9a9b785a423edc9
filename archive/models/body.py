"""Bodies: states, their organs, international organizations, companies, media."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.choices import BodyKind
from archive.models.base import Record, history, refuse_cycle
from archive.models.constraints import slug_charset_constraint
from archive.models.fields import FilingKeyField, FoldedField, PartialDateField, date_constraints


class Body(Record):
    """A corporate body in the sense of ISAAR (CPF): it acts, speaks and has offices."""

    derived_fields = ("folded",)

    name = models.CharField(max_length=200, help_text="The usual English name.")
    abbreviation = models.CharField(max_length=40, blank=True, help_text="Such as WTO, or empty.")
    kind = models.CharField(max_length=40, choices=BodyKind.choices, help_text="What kind of body it is.")
    # A body that has parts is not deleted: they would lose their state.
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children",
        help_text="The body that it is part of: the state of an organ, the council of a panel.",
    )  # fmt: skip
    iso3166 = models.CharField(
        max_length=4, null=True, blank=True, unique=True, verbose_name="ISO 3166 code",
        validators=[RegexValidator(r"^([A-Z]{2}|[A-Z]{4})\Z", _("Expected two or four capital letters."))],
        help_text="States only: ISO 3166-1 alpha-2 (KR), or the four letters of ISO 3166-3 for a former state (DDDE).",
    )  # fmt: skip
    code_withdrawn = models.CharField(
        max_length=10, blank=True, verbose_name="ISO 3166 code withdrawn",
        help_text="Former states only: the day or year in which ISO withdrew the code, seldom that of the state's end.",
    )  # fmt: skip
    existed = PartialDateField(
        null=True, blank=True, period=True, help_text="When it existed, as an EDTF interval (1949/1990, 1948-08-15/..)."
    )
    folded = FoldedField(source=("name", "abbreviation"))
    filing_key = FilingKeyField(source=("name",))

    history = history()

    class Meta:
        ordering = ("slug",)
        verbose_name_plural = "bodies"
        constraints = [
            slug_charset_constraint("body"),
            *date_constraints("body", "existed"),
            models.CheckConstraint(
                condition=models.Q(iso3166__isnull=True) | models.Q(kind=BodyKind.STATE),
                name="body_only_a_state_has_a_code",
                violation_error_message=_("Only a state has an ISO 3166 code: expected that kind, or no code."),
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="body_not_its_own_parent",
                violation_error_message=_(
                    "A body is not part of itself: expected another body as its parent, or none."
                ),
            ),
        ]
        indexes = [
            models.Index(fields=["status", "filing_key", "slug"], name="body_name"),
            models.Index(fields=["kind", "slug"], name="body_kind"),
        ]

    def set_derived_fields(self) -> None:
        self.iso3166 = self.iso3166 or None

    def clean(self) -> None:
        self.iso3166 = self.iso3166 or None
        super().clean()
        refuse_cycle(self, "parent")
