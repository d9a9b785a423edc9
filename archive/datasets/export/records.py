"""A file of some records of one type, without what they refer to; for exports of a selection."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.db.models import Model

from archive.csv_dialect import BOM
from archive.datasets.export.pages import selected_pages
from archive.datasets.export.selection import exported_records
from archive.datasets.export.writers import hashed_file, writer_class
from archive.datasets.schema import record_types
from archive.visibility import Viewer


def is_exported(model: type[Model]) -> bool:
    """Whether datasets have a file for the model."""
    return any(record_type.model is model for record_type in record_types().values())


def records_file(model: type[Model], keys: list[int], user: Viewer, file_format: str) -> tuple[str, bytes]:
    """Name and content of the file (``csv`` with a byte order mark, or ``jsonl``); no content without records."""
    record_type = next(item for item in record_types().values() if item.model is model)
    rows = exported_records(model, user).filter(pk__in=keys).order_by()
    ids = set(rows.values_list("pk", flat=True))
    name = f"{record_type.name}.{file_format}"
    if not ids:
        return name, b""
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / name
        with hashed_file(path) as file:
            if file_format == "csv":
                file.write(BOM)
            writer = writer_class(file_format)(record_type, file)
            for page in selected_pages(record_type, user, rows.db, ids):
                writer.write(page)
            writer.close()
        return name, path.read_bytes()
