"""Files attached to sources: copies of documents for users of the admin. No records, and never public."""

from __future__ import annotations

from pathlib import PurePath

from django.db import models
from django.utils.deconstruct import deconstructible
from django.utils.translation import gettext_lazy as _

from archive.models.private_storage import PrivateStorage
from archive.models.review import user_key
from archive.models.source import Source
from archive.text import reject_invisible


@deconstructible
class AttachmentStorage(PrivateStorage):
    """Storage of attached files in ``MEDIA_ROOT``."""

    setting = "MEDIA_ROOT"


def _path(attachment: Attachment, name: str) -> str:
    """A path that follows from the content, so that a file is stored once however often it is attached."""
    return f"attachments/{attachment.sha256[:2]}/{attachment.sha256}{PurePath(name).suffix}"


class Attachment(models.Model):
    """A file attached to a source."""

    # A deleted source may be restored, under the same id, and then has its files again. Until then they are nobody's.
    source = models.ForeignKey(
        Source, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", help_text="Whose copy it is."
    )
    file = models.FileField(
        storage=AttachmentStorage(), upload_to=_path, max_length=200, help_text="Where it is in MEDIA_ROOT."
    )
    name = models.CharField(
        max_length=200, validators=[reject_invisible], help_text="What the file was called where it came from."
    )
    media_type = models.CharField(max_length=40, help_text="What it is, by its content.")
    size = models.PositiveBigIntegerField(help_text="Its length in bytes.")
    sha256 = models.CharField(max_length=64, help_text="Its SHA-256 checksum, in hexadecimal digits.")
    description = models.CharField(
        max_length=300, blank=True, validators=[reject_invisible], help_text="What it shows, such as pages 3 to 7."
    )
    uploaded_by = user_key("Who attached it.")
    uploaded_at = models.DateTimeField(auto_now_add=True, help_text="When it was attached (UTC).")

    class Meta:
        default_permissions = ()
        ordering = ("uploaded_at", "id")
        constraints = [
            models.UniqueConstraint(
                fields=["source", "sha256"], name="attachment_once",
                violation_error_message=_("The source has this file already, expected each file once."),
            ),
            models.CheckConstraint(
                condition=models.Q(size__gt=0), name="attachment_not_empty",
                violation_error_message=_("Got an empty file, expected one with content."),
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["sha256"], name="attachment_content")]

    def __str__(self) -> str:
        return self.name
