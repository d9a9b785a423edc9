"""XLSX into batches, one sheet per kind; what a formula gave is read, never the formula."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from archive.loading import csv_files
from archive.loading.batches import Batch, kind_of
from archive.loading.files import FREE_BYTES, MOST_TIMES, File
from archive.loading.problems import DatasetError, Place, Problem, Problems

_MOST_BYTES = 50_000_000


def read(file: File, problems: Problems) -> Iterator[Batch]:
    """Each sheet that is not empty. Raises DatasetError for what is no workbook, or too large to hold."""
    data = file.stream.read(_MOST_BYTES + 1)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            unfolded = sum(entry.file_size for entry in packed.infolist())
        if len(data) > _MOST_BYTES or unfolded > max(FREE_BYTES, MOST_TIMES * len(data)):
            got = f"a workbook that unfolds to {unfolded:,} bytes"
            raise DatasetError(Problem(Place(file.name), "", got, "a smaller one: write CSV instead"))
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for name in book.sheet_names:
            rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            if any(cell != "" for row in rows for cell in row):
                yield from _sheet(rows, name, f"{file.name}/{name}", problems)
    except (zipfile.BadZipFile, CalamineError) as error:
        raise DatasetError(Problem(Place(file.name), "", f"no workbook ({error})", "an .xlsx file")) from error


def _sheet(rows: list[list[Any]], name: str, place: str, problems: Problems) -> Iterator[Batch]:
    cells = [[_text(cell) for cell in row] for row in rows]
    header = [cell.strip() for cell in cells[0]]
    while header and not header[-1]:
        header.pop()
    kind = kind_of(name.strip().lower().replace(" ", "_"), place, header)
    at = csv_files.columns(kind, header, place, problems)
    body = ((number, row[: len(header)]) for number, row in enumerate(cells[1:], start=2) if any(row))
    for batch in csv_files.batches(body, len(header), kind, at, place, problems):
        batch.guarded = False
        yield batch


def _text(cell: Any) -> str:
    """A cell as CSV would have it: whole numbers without a point, days in ISO form."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.datetime) and cell.time() == datetime.time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, datetime.date) else str(cell)
