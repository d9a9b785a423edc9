"""Tables in the archive's dialect of CSV, which ``load`` takes."""

from __future__ import annotations

from collections.abc import Iterator
from io import StringIO

import msgspec

from archive.csv_dialect import BOM, csv_writer
from archive.rest.told import Told
from archive.rest.whole import Rows
from archive.sql.tabular import columns


def write(told: Told, pages: Iterator[Rows]) -> Iterator[bytes]:
    shown = list(columns(told.made))
    if told.bom:
        yield BOM
    yield _lines([[column.name for column in shown]])
    for rows in pages:
        decoded = (msgspec.json.decode(row) for row in rows)
        yield _lines([[column.cell(row) for column in shown] for row in decoded])


def _lines(rows: list[list[str]]) -> bytes:
    out = StringIO()
    csv_writer(out).writerows(rows)
    return out.getvalue().encode()
