"""Forms that are open in the admin: who has which record open, as their browsers say."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Model, QuerySet
from django.utils import timezone

from archive.models.review import OfRecord

#: A browser says every minute that a form is open; one that has been silent for so long is closed.
SILENCE = timedelta(minutes=3)


class OpenForm(OfRecord):
    """The form of a record that a user has open."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", help_text="Who has it open."
    )
    opened_at = models.DateTimeField(default=timezone.now, help_text="When it was opened (UTC).")
    seen_at = models.DateTimeField(help_text="When the browser last said that it is open (UTC).")

    class Meta:
        default_permissions = ()
        ordering = ("opened_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "record_id", "user"], name="open_form_once",
                violation_error_message="The user has this form open, expected one row for each user.",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["seen_at"], name="open_form_seen")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}, open"


def mark_open(record: Model, user: Any) -> QuerySet[OpenForm]:
    """Note that the user has the record's form open; the forms of it that others have open."""
    now = timezone.now()
    # Forms whose browser was closed without a word: the table has as many rows as forms are open.
    OpenForm.objects.filter(seen_at__lt=now - SILENCE).delete()
    OpenForm.objects.update_or_create(**_key(record), user=user, defaults={"seen_at": now})
    return OpenForm.objects.filter(**_key(record)).exclude(user=user).select_related("user")


def mark_closed(record: Model, user: Any) -> None:
    """Note that the user has left the record's form."""
    OpenForm.objects.filter(**_key(record), user=user).delete()


def _key(record: Model) -> dict[str, Any]:
    return {"kind": record._meta.model_name, "record_id": record.pk}
