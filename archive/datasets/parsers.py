"""Parsers of cells: each turns the cells of one column of a batch into values and reports those it cannot read.

A column is first checked as a whole, cell by cell only where something is wrong: most columns have no error.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinValueValidator, ProhibitNullCharactersValidator
from django.db import models as db
from django.db.backends.base.operations import BaseDatabaseOperations

from archive.csv_dialect import join_pieces, split_pieces, split_values, unguard
from archive.datasets.batches import Batch, Invalid
from archive.datasets.problems import Location, Problem, Problems, quote_value
from archive.datasets.schema import Column, RecordType
from archive.dates import PartialDate, PartialDateError
from archive.models.base import RESERVED_SLUGS, reserved_slug_expectation
from archive.models.fields import KeyField, PartialDateField, companion_value
from archive.text import boolean, closest_match, composed, first_invisible, is_storable, whole_number

_SLUG = re.compile(r"[-a-zA-Z0-9_]*(?:\0[-a-zA-Z0-9_]*)*")
_MAX_CACHED_DATES = 50_000


class CellParser:
    """The cells of one column of one batch. ``invalid`` has a byte per row, set to 1 where a cell is a problem."""

    def __init__(self, batch: Batch, column: Column, invalid: bytearray, problems: Problems) -> None:
        self.batch, self.column, self.field = batch, column, column.field
        self.invalid, self.problems = invalid, problems
        self.cells: list[Any] = batch.cells[column.name]
        if batch.is_text and batch.is_guarded:
            joined = "\0".join(self.cells)
            if "\0'" in joined or joined.startswith("'"):
                self.cells = [unguard(cell) for cell in self.cells]
        #: Rows whose cell the reader has reported.
        self.reported: set[int] = set()
        if not batch.is_text and Invalid.CELL in self.cells:
            self._skip_reported()

    def _skip_reported(self) -> None:
        """Mark the rows whose cell the reader has reported, and treat these cells as empty."""
        self.reported = {row for row, cell in enumerate(self.cells) if cell is Invalid.CELL}
        self.cells = [None if cell is Invalid.CELL else cell for cell in self.cells]
        for row in self.reported:
            self.invalid[row] = 1

    def fail(self, row: int, got: str, expected: str, suggestion: str = "", code: str = "value") -> None:
        """Report the cell of a row, and mark the row as invalid."""
        self.invalid[row] = 1
        if row in self.reported:
            return
        location = Location(self.batch.file, self.batch.lines[row])
        self.problems.add(Problem(location, self.column.name, got, expected, suggestion, code))

    def fail_where(self, is_wrong: Callable[[Any], bool], expected: str, code: str) -> None:
        """Report every cell for which ``is_wrong`` is true."""
        for row, cell in enumerate(self.cells):
            if is_wrong(cell):
                self.fail(row, quote_value(cell), expected, code=code)

    def fail_missing(self, row: int) -> None:
        """Report a required cell that is empty."""
        self.fail(row, "nothing", f"a value: {self.field.help_text.rstrip('.') or 'it is required'}", code="nothing")

    def require_strings(self) -> None:
        """Report cells that are not strings, and replace them by empty strings."""
        if not self.batch.is_text and not set(map(type, self.cells)) <= {str}:
            for row, cell in enumerate(self.cells):
                if cell is not None and not isinstance(cell, str):
                    self.fail(row, quote_value(cell), "text in quotation marks")
                    self.reported.add(row)
            self.cells = [cell if isinstance(cell, str) else "" for cell in self.cells]

    def run_validators(self) -> None:
        """Run the field's validators, once for each different value. ``_check_characters`` has checked the rest."""
        skipped = (MaxLengthValidator, ProhibitNullCharactersValidator)
        validators = [validator for validator in self.field.validators if not isinstance(validator, skipped)]
        messages: dict[Any, str] = {}
        for cell in set(self.cells) - {"", None} if validators else ():
            for validator in validators:
                try:
                    validator(cell)
                except ValidationError as error:
                    messages[cell] = " ".join(error.messages).rstrip(".").lower()
        for row, cell in enumerate(self.cells) if messages else ():
            if cell in messages:
                self.fail(row, quote_value(cell), f"what the field takes ({messages[cell]})", self._in_capitals(cell))

    def _in_capitals(self, cell: str) -> str:
        """The text in capital letters, if the field takes that; else an empty string."""
        try:
            self.field.run_validators(cell.upper())
        except ValidationError:
            return ""
        return cell.upper()


def default_value(field: db.Field[Any, Any]) -> Any:
    """The value of a new record whose file does not have the field's column."""
    value = field.get_default()
    return None if value == "" and field.null else value


# Numbers and booleans


def parse_numbers(parser: CellParser) -> list[int | None]:
    low, high = _number_range(parser.field)
    values: list[int | None] = []
    for row, cell in enumerate(parser.cells):
        text = cell.strip() if parser.batch.is_text else cell
        value = whole_number(text, low, high) if isinstance(text, str) and parser.batch.is_text else text
        is_number = isinstance(value, int) and not isinstance(value, bool) and low <= value <= high
        values.append(value if is_number else None)
        if text in (None, ""):
            if not parser.field.null:
                parser.fail_missing(row)
        elif not is_number:
            parser.fail(row, quote_value(cell), f"a whole number from {low:,} to {high:,}")
    return [0 if parser.invalid[row] else value for row, value in enumerate(values)]


@lru_cache(maxsize=64)
def _number_range(field: db.Field[Any, Any]) -> tuple[int, int]:
    """The least and the greatest number of the field: of its type, on every database, and of its validators."""
    low, high = BaseDatabaseOperations.integer_field_ranges[field.get_internal_type()]
    limits = [limit.limit_value for limit in field.validators if isinstance(limit, MinValueValidator)]
    return max([low, *limits]), high


def parse_booleans(parser: CellParser) -> list[bool | None]:
    default, values = parser.field.get_default(), []
    for row, cell in enumerate(parser.cells):
        value = boolean(cell) if isinstance(cell, str) and parser.batch.is_text else cell
        if cell in (None, ""):
            value = default
        elif not isinstance(value, bool):
            parser.fail(row, quote_value(cell), "true or false")
            value = default
        values.append(value)
    return values


# Text


def parse_texts(parser: CellParser) -> list[Any]:
    """Strings; None for an empty one where the field is nullable, the default where it is required.

    A text that consists of blanks is an empty one.
    """
    parser.require_strings()
    field = parser.field
    if any(map(str.isspace, parser.cells)):
        parser.cells = ["" if cell.isspace() else cell for cell in parser.cells]
    _check_characters(parser)
    if isinstance(field, KeyField) or field.choices:
        parser.cells = [cell.strip() for cell in parser.cells]
    if field.choices:
        _check_choices(parser)
    elif isinstance(field, KeyField):
        _check_slugs(parser)
    else:
        parser.run_validators()
    cells = parser.cells
    default = field.get_default() if field.has_default() else ""
    if "" in cells and not field.blank:
        if not default:
            for row in [row for row, cell in enumerate(cells) if cell == ""]:
                parser.fail_missing(row)
        cells = [cell or default for cell in cells]
    return [cell or None for cell in cells] if field.null else cells


def _check_characters(parser: CellParser) -> None:
    """Report and replace characters that no database stores; report invisible ones and texts longer than the field."""
    field, cells = parser.field, parser.cells
    joined = "\n".join(cells)
    if "\0" in joined:
        parser.fail_where(lambda cell: "\0" in cell, "text without null characters", "characters")
        cells[:] = [cell.replace("\0", "") for cell in cells]
    if not joined.isascii():
        if not is_storable(joined.replace("\0", "")):
            parser.fail_where(
                lambda cell: not is_storable(cell), "text without lone surrogates (halves of characters)", "characters"
            )
            cells[:] = [cell.encode(errors="replace").decode() for cell in cells]
        if field.name in parser.batch.record_type.key:
            cells[:] = map(composed, cells)
    if first_invisible("\n".join(cells)):
        for row, cell in enumerate(cells):
            if got := first_invisible(cell):
                parser.fail(
                    row, got, "text without characters that can't be seen; type this place again", code="characters"
                )
    limit = field.max_length
    if limit and cells and not field.choices and max(map(len, cells)) > limit:
        parser.fail_where(lambda cell: len(cell) > limit, f"at most {limit} characters", "length")


def _check_choices(parser: CellParser) -> None:
    values = [value for value, _ in parser.field.flatchoices]
    unknown = set(parser.cells).difference(values, {""})
    if not unknown:
        return
    by_label = {str(label).lower(): value for value, label in parser.field.flatchoices}
    suggestions = {cell: by_label.get(cell.lower()) or closest_match(cell.lower(), values) for cell in unknown}
    for row, cell in enumerate(parser.cells):
        if cell in unknown:
            parser.fail(row, quote_value(cell), f"one of {', '.join(values)}", suggestions[cell], "word")


def _check_slugs(parser: CellParser) -> None:
    if not _SLUG.fullmatch("\0".join(parser.cells)):
        for row, cell in enumerate(parser.cells):
            if not _SLUG.fullmatch(cell):
                expected = "letters, digits, hyphens and underscores"
                parser.fail(row, quote_value(cell), expected, _slugify(cell), "slug")
    if not RESERVED_SLUGS.isdisjoint(parser.cells):
        parser.fail_where(RESERVED_SLUGS.__contains__, reserved_slug_expectation(), "reserved")


def is_slug(text: str) -> bool:
    """Whether a text has the characters of slugs only; empty texts have."""
    return "\0" not in text and _SLUG.fullmatch(text) is not None


def _slugify(text: str) -> str:
    """The text without accents, words joined by hyphens."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9_]+", "-", letters.lower()).strip("-")[:120]


# Dates

#: EDTF text and companions (earliest, latest and others), days in ISO format.
DateValues = tuple[Any, ...]


class _ParsedDates(dict[str, DateValues]):
    """Parsed dates by their text, emptied when it is full. Raises PartialDateError for a text that is no date."""

    def __init__(self, companions: tuple[str, ...]) -> None:
        super().__init__()
        self._companions = companions

    def __missing__(self, text: str) -> DateValues:
        date = PartialDate.parse(text) if text.strip() else None
        if len(self) > _MAX_CACHED_DATES:
            self.clear()
        companions = (companion_value(date, companion) for companion in self._companions)
        days = (value.isoformat() if isinstance(value, datetime.date) else value for value in companions)
        self[text] = values = (date.text if date else None, *days)
        return values


class DateParser:
    """Parses date columns; remembers dates from batch to batch."""

    def __init__(self) -> None:
        self._parsed: dict[tuple[str, ...], _ParsedDates] = {}

    def dates(self, field: PartialDateField) -> _ParsedDates:
        return self._parsed.setdefault(field.companions, _ParsedDates(field.companions))

    def parse(self, parser: CellParser) -> list[DateValues]:
        """For each cell the text of the date and its companions, as one tuple."""
        parser.require_strings()
        dates = self.dates(parser.field)
        try:
            values = [dates[cell] for cell in parser.cells]
        except PartialDateError:
            values = [self._parse_cell(parser, row, cell) for row, cell in enumerate(parser.cells)]
        for row, date in enumerate(values) if not parser.field.null else ():
            if date[0] is None and not parser.cells[row].strip():
                parser.fail_missing(row)
        return values

    def _parse_cell(self, parser: CellParser, row: int, cell: str) -> DateValues:
        dates = self.dates(parser.field)
        try:
            return dates[cell]
        except PartialDateError as error:
            reason = f" ({error.reason})" if error.reason else ""
            parser.fail(row, f"'{error.got}'{reason}", error.expected, error.suggestion, "date")
            return dates[""]


# Relations: keys are resolved to ids later, for all rows at once


def parse_references(parser: CellParser, target: RecordType) -> list[str | None]:
    """The natural key of each referenced record as one text; None where there is none."""
    cells = parser.cells
    keys: list[str | None]
    if not parser.batch.is_text:
        keys = [_json_key(parser, row, cell, target) for row, cell in enumerate(cells)]
    elif target.has_slug:
        keys = [cell.strip() or None for cell in cells]
    else:
        # Spaces around a part of the key may belong to it.
        keys = [
            _key(parser, row, split_pieces(cell), target) if cell.strip() else None for row, cell in enumerate(cells)
        ]
    if "\0" in "".join(key for key in keys if key):
        parser.fail_where(lambda cell: "\0" in str(cell), "the slug of a record", "characters")
        keys = [key.replace("\0", "") if key else key for key in keys]
    if not parser.field.null and None in keys:
        for row, key in enumerate(keys):
            if key is None and not parser.invalid[row]:
                parser.fail_missing(row)
    return keys


def parse_links(parser: CellParser) -> tuple[list[int], list[str]]:
    """The links of a many-to-many column: the index of the row and the slug, for each link."""
    rows: list[int] = []
    slugs: list[str] = []
    for row, cell in enumerate(parser.cells):
        if not cell:
            continue
        is_text = parser.batch.is_text and isinstance(cell, str)
        values = split_values(cell) if is_text else _json_slugs(parser, row, cell)
        if len(values) > 1 and len(set(values)) < len(values):
            repeated = next(value for value in values if values.count(value) > 1)
            parser.fail(row, f"{quote_value(repeated)} twice", "each once", code="twice")
            values = list(dict.fromkeys(values))
        rows += [row] * len(values)
        slugs += values
    return rows, slugs


def _json_key(parser: CellParser, row: int, cell: object, target: RecordType) -> str | None:
    if isinstance(cell, (list, tuple)):
        if target.has_slug and len(cell) == 1:
            cell = cell[0]
        elif not target.has_slug and all(part is None or isinstance(part, str) for part in cell):
            return _key(parser, row, [part or None for part in cell], target)
    if cell is None or cell == "":
        return None
    if isinstance(cell, str) and target.has_slug:
        return cell.strip() or None
    parser.fail(row, _quote_reference(cell), _expected_key(target))
    return None


def _key(parser: CellParser, row: int, parts: list[str | None], target: RecordType) -> str | None:
    if len(parts) == len(target.key):
        columns = map(target.column, target.key)
        return join_pieces(_key_part(part, column) for part, column in zip(parts, columns, strict=True))
    got = f"{len(parts)} {'piece' if len(parts) == 1 else 'pieces'} ({quote_value(join_pieces(parts))})"
    parser.fail(row, got, _expected_key(target))
    return None


def _key_part(part: str | None, column: Column) -> str | None:
    """The part as the column holds it: texts with their spaces, and composed; slugs, dates and words without spaces."""
    if part and part.isspace():
        return None
    if not part or (column.data_type == "text" and not column.field.choices):
        return composed(part) if part else part
    return part.strip()


def _json_slugs(parser: CellParser, row: int, cell: Any) -> list[str]:
    if not isinstance(cell, list):
        values = [cell]
    else:
        values = [value[0] if isinstance(value, list) and len(value) == 1 else value for value in cell]
        if all(isinstance(value, str) and value and "\0" not in value for value in values):
            return values
    wrong = next((value for value in values if not isinstance(value, str)), cell)
    parser.fail(row, _quote_reference(wrong), 'a list of slugs such as ["export-controls"]')
    return []


def _quote_reference(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return f"the primary key {value}, which no record in the file has"
    return quote_value(value)


def _expected_key(target: RecordType) -> str:
    if target.has_slug:
        return "the slug of a record"
    return f"{len(target.key)} pieces: {', '.join(target.key)}"
