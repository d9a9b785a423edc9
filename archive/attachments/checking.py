"""Compare attachments with the files in the storage: missing and changed ones, and files without an attachment."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db.models import Exists, OuterRef

from archive.attachments.storing import digest_of
from archive.models import Attachment, Source

#: Seconds for which a file without an attachment stays: an upload may be about to refer to it.
GRACE = 86_400


@dataclass(slots=True)
class Report:
    """The faults of attachments, each as a line; and files that no attachment refers to."""

    checked: int = 0
    errors: list[str] = field(default_factory=list)
    orphans: list[Path] = field(default_factory=list)
    #: Attachments of sources that are deleted.
    of_deleted: int = 0


def check() -> Report:
    """Read every attached file and compare it with its attachment. Takes as long as reading them takes."""
    report = Report(of_deleted=of_deleted_sources().count())
    names = set()
    for attachment in Attachment.objects.order_by("pk").iterator():
        report.checked += 1
        names.add(attachment.file.name)
        if error := _error(attachment):
            report.errors.append(f"{attachment.file.name}: {error}. It is '{attachment.name}' of {_owner(attachment)}.")
    report.orphans = [path for path, name in _stored_files() if name not in names]
    return report


def of_deleted_sources() -> Any:
    """The attachments whose sources are deleted; they are the sources' again when these are restored."""
    return Attachment.objects.filter(~Exists(Source.objects.filter(pk=OuterRef("source_id"))))


def remove_orphans(orphans: list[Path]) -> int:
    """Remove files that no attachment refers to, but those of the last day; the number of removed files."""
    removed = 0
    for path in orphans:
        with suppress(FileNotFoundError):  # another run removed it
            if path.stat().st_mtime < time.time() - GRACE:
                path.unlink()
                removed += 1
    return removed


def _owner(attachment: Attachment) -> str:
    slug = Source.objects.filter(pk=attachment.source_id).values_list("slug", flat=True).first()
    return f"the source {slug}" if slug else "a deleted source"


def _error(attachment: Attachment) -> str:
    try:
        with attachment.file.storage.open(str(attachment.file.name)) as stored:
            size, checksum = stored.size, digest_of(stored)
    except FileNotFoundError:
        return "got no such file in MEDIA_ROOT, expected it: restore it from a backup"
    except OSError as error:
        return f"it cannot be read ({error.strerror or error}), expected a file of {attachment.size:,} bytes"
    if size != attachment.size:
        return f"got {size:,} bytes, expected {attachment.size:,}: restore it from a backup"
    if checksum != attachment.sha256:
        return f"got another content (SHA-256 {checksum}), expected {attachment.sha256}: restore it from a backup"
    return ""


def _stored_files() -> Iterator[tuple[Path, str]]:
    """The files in the folder of attachments, each with its name in the storage."""
    storage: Any = Attachment._meta.get_field("file").storage  # type: ignore[union-attr]
    root = Path(storage.location)
    for folder, _, names in os.walk(root / "attachments"):
        for name in sorted(names):
            path = Path(folder) / name
            yield path, path.relative_to(root).as_posix()
