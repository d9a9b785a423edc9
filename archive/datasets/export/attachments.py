"""``attachments.csv``: the files attached to sources by name, type, size and checksum; the files are not in an export.

Only exports with drafts have it: attached files are for those who work on the archive, never for readers. ``load``
passes over it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from archive.csv_dialect import csv_writer, guard
from archive.models import Attachment, Source

ATTACHMENTS_FILE = "attachments.csv"
#: Column -> its type and its meaning, in the words of Data Packages.
_COLUMNS: dict[str, tuple[str, str]] = {
    "source": ("string", "The slug of the source."),
    "name": ("string", "What the file was called where it came from."),
    "media_type": ("string", "What it is, by its content."),
    "bytes": ("integer", "Its length."),
    "sha256": ("string", "Its SHA-256 checksum, in hexadecimal digits."),
    "path": ("string", "Where it is in the folder MEDIA_ROOT of the archive."),
    "description": ("string", "What it shows."),
    "uploaded_at": ("datetime", "When it was attached (UTC)."),
}


def attachments_file(sources: Iterable[int] | None, using: str) -> bytes:
    """The content of the file, for the sources with these ids or all; empty if no file is attached to them."""
    rows = list(Attachment.objects.using(using))
    slugs = dict(Source.objects.using(using).values_list("pk", "slug")) if rows else {}
    keys = slugs.keys() if sources is None else slugs.keys() & set(sources)
    rows = [row for row in rows if row.source_id in keys]
    if not rows:
        return b""
    stream = io.StringIO()
    writer = csv_writer(stream)
    writer.writerow(_COLUMNS)
    for row in sorted(rows, key=lambda row: (slugs[row.source_id], row.sha256)):
        writer.writerow(
            (slugs[row.source_id], guard(row.name), row.media_type, row.size, row.sha256, row.file.name,
             guard(row.description), f"{row.uploaded_at:%Y-%m-%dT%H:%M:%SZ}")
        )  # fmt: skip
    return stream.getvalue().encode()


def attachments_resource(size: int, checksum: str) -> dict[str, Any]:
    """The file as a resource of ``datapackage.json``."""
    return {
        "name": "attachments",
        "type": "table",
        "path": ATTACHMENTS_FILE,
        "title": "Attachments",
        "description": "Files attached to sources. They are not in the dataset; copy the archive's MEDIA_ROOT.",
        "format": "csv",
        "mediatype": "text/csv",
        "bytes": size,
        "hash": f"sha256:{checksum}",
        "encoding": "utf-8",
        "profile": "tabular-data-resource",
        "schema": {
            "fields": [{"name": name, "type": kind, "description": text} for name, (kind, text) in _COLUMNS.items()],
            "primaryKey": ["source", "sha256"],
        },
    }
