"""Attach files to sources and remove them, each with a note on the source.

A removed file stays in the storage until ``archive.attachments.checking`` removes files without an attachment: an
upload of the same content at that moment may rely on it.
"""

from __future__ import annotations

import hashlib
import logging
import os
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext

from archive.attachments.file_types import FileType
from archive.models import Attachment, Note, NoteStep, Source

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file that is to be attached, its type checked."""

    content: File[bytes]
    name: str
    file_type: FileType
    description: str = ""


def digest_of(content: File[bytes]) -> str:
    """The SHA-256 checksum of an open file, which is read from its start and set back to it."""
    content.seek(0)
    digest = hashlib.file_digest(content, "sha256")
    content.seek(0)
    return digest.hexdigest()


def attached_to(source: Source) -> list[Attachment]:
    """The attachments of a source, the oldest first."""
    return list(Attachment.objects.filter(source_id=source.pk).select_related("uploaded_by"))


def attach(source: Source, new: NewFile, user: User) -> Attachment:
    """Store the file and attach it.

    Raises ValidationError if the source has it already or is deleted, and if the storage cannot be written.
    """
    attachment = Attachment(
        source_id=source.pk, name=new.name, media_type=new.file_type.media_type, size=new.content.size,
        sha256=digest_of(new.content), description=new.description, uploaded_by=user,
    )  # fmt: skip
    with transaction.atomic():
        if Source.objects.select_for_update().filter(pk=source.pk).first() is None:
            raise ValidationError(gettext("Somebody deleted the source a moment ago. Restore it first."))
        same = Attachment.objects.filter(source_id=source.pk, sha256=attachment.sha256).first()
        if same is not None:
            raise ValidationError(
                gettext(
                    "'{name}': got a file that is attached already, as '{stored}' on {day}, expected each file once."
                ).format(name=new.name, stored=same.name, day=f"{same.uploaded_at:%Y-%m-%d}")
            )
        try:
            _store(attachment, new)
        except OSError as error:
            _LOG.exception("An attachment of %s was not stored", source.slug)
            raise ValidationError(
                gettext(
                    "'{name}' was not stored: the archive's folder of files cannot be written, or is full. Nothing was "
                    "changed. Tell those who run the archive (the setting is MEDIA_ROOT), and attach it again later."
                ).format(name=new.name)
            ) from error
        attachment.save()
        _note(NoteStep.ATTACHED, attachment, user)
    return attachment


def remove(attachment: Attachment, user: User) -> None:
    """Remove an attachment from its source."""
    with transaction.atomic():
        deleted, _ = Attachment.objects.filter(pk=attachment.pk).delete()
        if deleted:
            _note(NoteStep.DETACHED, attachment, user)


def _note(step: NoteStep, attachment: Attachment, user: User) -> None:
    """A note on the source that says what the file is, for when it is gone."""
    lines = [f"{attachment.name} ({attachment.media_type}, {attachment.size:,} bytes)", attachment.description]
    text = "\n".join([*filter(None, lines), f"SHA-256: {attachment.sha256}"])
    Note.objects.create(kind="source", record_id=attachment.source_id, step=step, author=user, text=text)


def _store(attachment: Attachment, new: NewFile) -> None:
    """Write the file, or refer to the stored one with the same content.

    A file of that name with other content was written in part by a process that was killed, or is damaged: the new one
    is stored under another name.
    """
    field: Any = attachment.file
    name = field.field.generate_filename(attachment, f"file{new.file_type.suffixes[0]}")
    if field.storage.exists(name):
        with field.storage.open(name) as stored:
            is_same = digest_of(stored) == attachment.sha256
        if is_same:
            # Younger again, so that it is not removed as a file without an attachment meanwhile.
            os.utime(field.storage.path(name))
            attachment.file = name
            return
    attachment.file.save(name.rpartition("/")[2], new.content, save=False)
