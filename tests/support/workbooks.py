"""Writes small .xlsx files by hand: no library that writes them is needed for anything else."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def write_workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> None:
    """One sheet per name. A cell is text, a number, None, or a formula with what it gave as a pair."""
    numbers = range(1, len(sheets) + 1)
    with zipfile.ZipFile(path, "w") as packed:
        overrides = "".join(
            f'<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType='
            '"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>'
            for number in numbers
        )
        packed.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
            '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>'
            f"{overrides}</Types>",
        )
        packed.writestr("_rels/.rels", _links([("rId1", "officeDocument", "xl/workbook.xml")]))
        packed.writestr(
            "xl/_rels/workbook.xml.rels",
            _links([(f"rId{number}", "worksheet", f"worksheets/sheet{number}.xml") for number in numbers]),
        )
        names = "".join(
            f'<sheet name="{escape(name)}" sheetId="{number}" r:id="rId{number}"/>'
            for number, name in zip(numbers, sheets, strict=True)
        )
        packed.writestr(
            "xl/workbook.xml", f'<workbook {_MAIN} xmlns:r="{_RELATED}"><sheets>{names}</sheets></workbook>'
        )
        for number, rows in zip(numbers, sheets.values(), strict=True):
            packed.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(rows))


def _links(links: list[tuple[str, str, str]]) -> str:
    message = "".join(
        f'<Relationship Id="{key}" Type="{_RELATED}/{kind}" Target="{target}"/>' for key, kind, target in links
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{message}</Relationships>'


def _sheet(rows: list[list[Any]]) -> str:
    message = "".join(
        f'<row r="{line}">{"".join(_cell(cell, f"{chr(65 + place)}{line}") for place, cell in enumerate(row))}</row>'
        for line, row in enumerate(rows, start=1)
    )
    return f"<worksheet {_MAIN}><sheetData>{message}</sheetData></worksheet>"


def _cell(cell: Any, at: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, tuple):
        return f'<c r="{at}" t="str"><f>{escape(cell[0])}</f><v>{escape(cell[1])}</v></c>'
    if isinstance(cell, str):
        return f'<c r="{at}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'
    return f'<c r="{at}"><v>{cell}</v></c>'
