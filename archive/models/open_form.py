"""Forms that are open in the admin: who has which record open, as their browsers say."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from archive.models.review import OfRecord, owner_key

#: A browser says every minute that a form is open; one that has been silent for so long is closed.
SILENCE = timedelta(minutes=3)


class OpenForm(OfRecord):
    """The form of a record that a user has open."""

    user = owner_key("Who has it open.")
    opened_at = models.DateTimeField(default=timezone.now, help_text="When it was opened (UTC).")
    seen_at = models.DateTimeField(help_text="When the browser last said that it is open (UTC).")

    class Meta:
        default_permissions = ()
        ordering = ("opened_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id", "user"], name="open_form_once",
                violation_error_message=_("The user has this form open, expected one row for each user."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["seen_at"], name="open_form_seen")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}, open"
