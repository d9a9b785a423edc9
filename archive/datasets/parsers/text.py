"""Texts, words of vocabularies and slugs, a column at a time."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from archive.datasets.parsers.columns import Column
from archive.datasets.problems import quoted
from archive.models.fields import KeyField
from archive.sql.suggestions import suggest_word

_SLUG = re.compile(r"[-a-zA-Z0-9_]*(?:\0[-a-zA-Z0-9_]*)*")
_SLUG_EXPECTED = "letters, digits, hyphens and underscores"


def texts(column: Column) -> list[Any]:
    """Strings; None where the field holds that instead of an empty one."""
    column.strings()
    cells = column.cells
    _whole(column, cells)
    if isinstance(column.field, KeyField) or column.field.choices:
        column.cells = cells = [cell.strip() for cell in cells]
    if column.field.choices:
        _words(column)
    elif isinstance(column.field, KeyField):
        _slugs(column)
    else:
        column.check_each()
    usual = column.field.get_default() if column.field.has_default() else ""
    if "" in cells and not column.field.blank:
        if not usual:
            for row in [row for row, cell in enumerate(cells) if cell == ""]:
                column.missing(row)
        cells = [cell or usual for cell in cells]
    return [cell or None for cell in cells] if column.field.null else cells


def _whole(column: Column, cells: list[str]) -> None:
    """Characters that no database holds, and texts longer than the field."""
    joined = "\n".join(cells)
    if "\0" in joined:
        column.fail_where(lambda cell: "\0" in cell, "text without null characters", "characters")
        cells[:] = [cell.replace("\0", "") for cell in cells]
    if not joined.isascii():
        _composed(column, cells, joined)
    most = column.field.max_length
    if most and cells and not column.field.choices and max(map(len, cells)) > most:
        column.fail_where(lambda cell: len(cell) > most, f"at most {most} characters", "length")


def _composed(column: Column, cells: list[str], joined: str) -> None:
    try:
        joined.encode()
    except UnicodeEncodeError:
        column.fail_where(lambda cell: not _encodes(cell), "text without halves of characters", "characters")
        cells[:] = [cell.encode(errors="replace").decode() for cell in cells]
    if column.field.name in column.batch.kind.key and not unicodedata.is_normalized("NFC", joined):
        expected = "letters composed with their accents (NFC), since keys are compared letter by letter"
        column.fail_where(lambda cell: not unicodedata.is_normalized("NFC", cell), expected, "unicode")


def _words(column: Column) -> None:
    words = [value for value, _ in column.field.flatchoices]
    unknown = set(column.cells).difference(words, {""})
    if not unknown:
        return
    labels = {str(label).lower(): value for value, label in column.field.flatchoices}
    near = {word: labels.get(word.lower()) or suggest_word(word.lower(), words) for word in unknown}
    for row, cell in enumerate(column.cells):
        if cell in unknown:
            column.fail(row, quoted(cell), f"one of {', '.join(words)}", near[cell], "word")


def _slugs(column: Column) -> None:
    if not _SLUG.fullmatch("\0".join(column.cells)):
        for row, cell in enumerate(column.cells):
            if not _SLUG.fullmatch(cell):
                column.fail(row, quoted(cell), _SLUG_EXPECTED, _slug_like(cell), "slug")


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _slug_like(text: str) -> str:
    """The text as a slug: without accents, words joined by hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", plain.lower()).strip("-")[:120]
