"""CSV renderer, in the dialect that the command ``load`` reads."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import msgspec

from archive.csv_dialect import BOM, csv_writer
from archive.rest.renderers.context import RenderContext, Rows
from archive.sql.tabular import columns


def render(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    table_columns = list(columns(context.node))
    if context.has_bom:
        yield BOM
    yield _csv_bytes([[column.name for column in table_columns]])
    for rows in pages:
        decoded = (msgspec.json.decode(row) for row in rows)
        yield _csv_bytes([[column.cell(row) for column in table_columns] for row in decoded])


def _csv_bytes(rows: list[list[str]]) -> bytes:
    out = StringIO()
    csv_writer(out).writerows(rows)
    return out.getvalue().encode()
