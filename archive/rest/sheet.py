"""CSV as RFC 4180 has it, in UTF-8, with a line of headings; safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import StringIO

import msgspec

from archive.projection.table import columns
from archive.rest.told import Told
from archive.rest.whole import Rows


def write(told: Told, pages: Iterator[Rows]) -> Iterator[bytes]:
    shown = list(columns(told.made))
    yield _lines([[column.name for column in shown]])
    for rows in pages:
        decoded = (msgspec.json.decode(row) for row in rows)
        yield _lines([[column.cell(row) for column in shown] for row in decoded])


def _lines(rows: list[list[str]]) -> bytes:
    out = StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
