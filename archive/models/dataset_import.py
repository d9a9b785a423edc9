"""An upload on its way into the archive: no record itself, and nothing that readers see."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.deconstruct import deconstructible

from archive.choices import Status
from archive.models.private_storage import PrivateStorage


class ImportState(models.TextChoices):
    """The state of an upload; one that is ``checked`` can be loaded."""

    CHECKING = "checking", "being checked"
    CHECKED = "checked", "checked, waiting for your word"
    REFUSED = "refused", "refused: it has errors"
    LOADING = "loading", "being loaded"
    LOADED = "loaded", "loaded"
    FAILED = "failed", "failed"


@deconstructible
class ImportStorage(PrivateStorage):
    """Storage of uploads in ``IMPORT_ROOT``."""

    setting = "IMPORT_ROOT"

    def delete(self, name: str) -> None:
        """Delete a file, and the folder that it had for itself."""
        super().delete(name)
        folder = Path(self.path(name)).parent
        if folder != Path(self.location):
            with suppress(OSError):
                folder.rmdir()


def _place(upload: DatasetImport, name: str) -> str:
    """The uploaded file's name, which says the kind of records and the format, in a folder of its own."""
    return f"{uuid4().hex}/{Path(name).name}"


class DatasetImport(models.Model):
    """A dataset uploaded in the admin: its file, what was asked, and what came of it."""

    file = models.FileField(
        storage=ImportStorage(), upload_to=_place, max_length=255,
        help_text=".zip, .tar.gz, .csv, .tsv, .jsonl, .xlsx or a fixture; with a mapping also .txt and .json.",
    )  # fmt: skip
    mapping = models.CharField(
        max_length=100, blank=True, help_text="How a file of another format becomes records; empty: it is a dataset."
    )
    mapping_file = models.FileField(
        storage=ImportStorage(), upload_to=_place, max_length=255, blank=True,
        help_text="A mapping of your own instead: a .yaml file.",
    )  # fmt: skip
    status = models.CharField(
        max_length=9, choices=Status.choices[:3], blank=True, help_text="For all records; empty: what the files say."
    )
    prune = models.BooleanField(
        default=False, help_text="Also remove what an earlier load of the same title brought and it no longer has."
    )
    overwrite_corrections = models.BooleanField(
        default=False, help_text="Also overwrite what was corrected or deleted here since the last load of the title."
    )
    state = models.CharField(
        max_length=8, choices=ImportState.choices, default=ImportState.CHECKING, editable=False,
        help_text="How far it has come.",
    )  # fmt: skip
    report = models.TextField(blank=True, editable=False, help_text="Errors and warnings, by file and line.")
    plan = models.TextField(blank=True, editable=False, help_text="What loading it changes, field by field.")
    # The account may go; that the dataset was loaded stays on record.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, editable=False, on_delete=models.SET_NULL, related_name="+",
        help_text="Who uploaded it; its records' revisions name them.",
    )  # fmt: skip
    created_at = models.DateTimeField(auto_now_add=True, help_text="When it was uploaded (UTC).")
    updated_at = models.DateTimeField(auto_now=True, help_text="When its state last changed (UTC).")

    class Meta:
        ordering = ("-id",)
        verbose_name = "dataset import"

    def __str__(self) -> str:
        return Path(self.file.name or "").name
