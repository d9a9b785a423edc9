"""Relations to one record and to several, a column at a time; whom they mean is found out later, for all rows."""

from __future__ import annotations

from typing import Any

from archive.datasets import schema
from archive.datasets.parsers.columns import Column
from archive.datasets.problems import quoted

_REFERENCE = "the slug of a record"


def references(column: Column, target: schema.Kind) -> list[str | None]:
    """The keys of the records referred to, as one text each; None for none."""
    if column.batch.textual:
        found = [cell.strip() or None for cell in column.cells]
        if not target.has_slug:
            # Of a text among the pieces the spaces around it are part.
            found = [_pieces(column, row, schema.split_pieces(column.cells[row]), target) if cell else None
                     for row, cell in enumerate(found)]  # fmt: skip
    else:
        found = [_reference(column, row, cell, target) for row, cell in enumerate(column.cells)]
    if "\0" in "".join(cell for cell in found if cell):
        column.fail_where(lambda cell: "\0" in str(cell), _REFERENCE, "characters")
        found = [cell.replace("\0", "") if cell else cell for cell in found]
    if not column.field.null:
        for row in [row for row, cell in enumerate(found) if cell is None] if None in found else ():
            if not column.bad[row]:
                column.missing(row)
    return found


def _reference(column: Column, row: int, cell: Any, target: schema.Kind) -> str | None:
    if isinstance(cell, (list, tuple)):
        if target.has_slug and len(cell) == 1:
            cell = cell[0]
        elif not target.has_slug and all(piece is None or isinstance(piece, str) for piece in cell):
            return _pieces(column, row, [piece or None for piece in cell], target)
    if cell is None or cell == "":
        return None
    if isinstance(cell, str) and target.has_slug:
        return cell.strip() or None
    column.fail(row, _got(cell), _expected(target))
    return None


def _pieces(column: Column, row: int, pieces: list[str | None], target: schema.Kind) -> str | None:
    if len(pieces) == len(target.key):
        columns = map(target.column, target.key)
        return schema.join_pieces(
            piece.strip() if piece and (one.form != "text" or one.field.choices) else piece
            for piece, one in zip(pieces, columns, strict=True)
        )
    got = f"{len(pieces)} {'piece' if len(pieces) == 1 else 'pieces'} ({quoted(schema.join_pieces(pieces))})"
    column.fail(row, got, _expected(target))
    return None


def links(column: Column) -> tuple[list[int], list[str]]:
    """For each of several relations the row that has it and the slug that it gives."""
    rows: list[int] = []
    keys: list[str] = []
    for row, cell in enumerate(column.cells):
        if not cell:
            continue
        values = (
            schema.split_values(cell) if column.batch.textual and isinstance(cell, str) else _list(column, row, cell)
        )
        if len(values) > 1 and len(set(values)) < len(values):
            twice = next(value for value in values if values.count(value) > 1)
            column.fail(row, f"{quoted(twice)} twice", "each once", sort="twice")
            values = list(dict.fromkeys(values))
        rows += [row] * len(values)
        keys += values
    return rows, keys


def _list(column: Column, row: int, cell: Any) -> list[str]:
    values = (
        [one[0] if isinstance(one, list) and len(one) == 1 else one for one in cell]
        if isinstance(cell, list)
        else [cell]
    )
    if isinstance(cell, list) and all(isinstance(value, str) and value and "\0" not in value for value in values):
        return values
    wrong = [one for one in values if not isinstance(one, str)] or [cell]
    column.fail(row, _got(wrong[0]), 'a list of slugs such as ["export-controls"]')
    return []


def _got(value: Any) -> str:
    """A number is left only where the fixture has no such record."""
    if isinstance(value, int) and not isinstance(value, bool):
        return f"the primary key {value}, which no record in the file has"
    return quoted(value)


def _expected(target: schema.Kind) -> str:
    if target.has_slug:
        return _REFERENCE
    return f"{len(target.key)} pieces: {', '.join(target.key)}"
