"""Tables in the archive's dialect of CSV, which ``load`` takes."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import msgspec

from archive.csv_dialect import BOM, csv_writer
from archive.rest.renderers.context import RenderContext, Rows
from archive.sql.tabular import columns


def write(told: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    shown = list(columns(told.made))
    if told.bom:
        yield BOM
    yield _csv_bytes([[column.name for column in shown]])
    for rows in pages:
        decoded = (msgspec.json.decode(row) for row in rows)
        yield _csv_bytes([[column.cell(row) for column in shown] for row in decoded])


def _csv_bytes(rows: list[list[str]]) -> bytes:
    out = StringIO()
    csv_writer(out).writerows(rows)
    return out.getvalue().encode()
