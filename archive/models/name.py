"""Names of officials and bodies, in any language and script."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from archive.choices import NameScheme
from archive.languages import language_tag
from archive.models.base import Part, exactly_one, first_related, history
from archive.models.fields import FoldedField


class Name(Part):
    """One spelling of the name of an official or of a body."""

    natural_key_fields = ("official__slug", "body__slug", "text", "scheme", "language", "script")
    subjects = visibility_parents = ("official", "body")
    derived_fields = ("folded",)

    # A spelling is nothing without whom it names.
    official = models.ForeignKey(
        "archive.Official", null=True, blank=True, on_delete=models.CASCADE, related_name="names",
        help_text="The official so named, or",
    )  # fmt: skip
    body = models.ForeignKey(
        "archive.Body", null=True, blank=True, on_delete=models.CASCADE, related_name="names",
        help_text="the body so named.",
    )  # fmt: skip
    text = models.CharField(max_length=200, help_text="The name as it is written.")
    language = models.CharField(max_length=35, blank=True, help_text="Language, as a BCP 47 tag (ko, ja, en).")
    script = models.CharField(max_length=4, blank=True, help_text="Script, as an ISO 15924 code (Hang, Jpan, Latn).")
    scheme = models.CharField(max_length=24, choices=NameScheme.choices, help_text="Where this spelling comes from.")
    folded = FoldedField(source=("text",))

    history = history()

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["text"], name="name_text")]
        constraints = [
            models.CheckConstraint(
                condition=exactly_one("official", "body"),
                name="name_has_one_bearer",
                violation_error_message=_("Got none or both, expected either an official or a body."),
            ),
            models.CheckConstraint(
                condition=~models.Q(text=""),
                name="name_text_not_empty",
                violation_error_message=_("A name without text names nobody: expected the name as it is written."),
            ),
            models.UniqueConstraint(
                fields=["official", "text", "language", "script", "scheme"],
                condition=models.Q(official__isnull=False),
                name="name_once_per_official",
                violation_error_message=(
                    _(
                        "The official has this name in this language and script by this "
                        "scheme already: expected it once."
                    )
                ),
            ),
            models.UniqueConstraint(
                fields=["body", "text", "language", "script", "scheme"],
                condition=models.Q(body__isnull=False),
                name="name_once_per_body",
                violation_error_message=(
                    _("The body has this name in this language and script by this scheme already: expected it once.")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def language_tag(self) -> str:
        """Language and script as a BCP 47 tag; empty where neither is given."""
        return language_tag(self.language, self.script)

    @property
    def bearer(self) -> models.Model | None:
        return first_related(self, ("official", "body"))
