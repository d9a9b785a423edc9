"""The parts of a mapping: how its file is read, which records each row becomes, and how each field is filled.

``docs/reference/mappings.md`` describes the keys; :mod:`archive.datasets.mappings.reader` reads them from YAML.
"""

from __future__ import annotations

from collections.abc import Mapping as ReadOnly
from dataclasses import dataclass, field
from typing import Literal

from archive.datasets.schema import Column, Metadata, RecordType

#: How the text of a relation names its record.
Find = Literal["slug", "slugify", "name", "country", "identifier", "row"]
FINDS: tuple[Find, ...] = ("slug", "slugify", "name", "country", "identifier", "row")
#: What becomes of a text that names no record.
Missing = Literal["error", "empty", "slugify", "skip"]
MISSINGS: tuple[Missing, ...] = ("error", "empty", "slugify", "skip")
#: What a blank end of a period means.
BlankEnd = Literal["none", "unknown", "open"]
BLANK_ENDS: tuple[BlankEnd, ...] = ("none", "unknown", "open")
#: The order of year, month and day in figures.
Order = Literal["ymd", "dmy", "mdy"]
ORDERS: tuple[Order, ...] = ("ymd", "dmy", "mdy")
#: The encoding of a table in text; JSON is UTF-8, and a workbook says its own.
Encoding = Literal["utf-8", "windows-1252"]
ENCODINGS: tuple[Encoding, ...] = ("utf-8", "windows-1252")
#: How exact a date is, and "none" for a date that says nothing.
PRECISIONS = ("day", "week", "month", "year", "decade", "century", "millennium", "none")


@dataclass(frozen=True, slots=True)
class ValueTable:
    """Their values to ours. A key that ends with ``*`` matches by its beginning, the longest first."""

    exact: ReadOnly[str, str | None]
    #: Beginnings, the longest first.
    prefixes: tuple[tuple[str, str | None], ...] = ()
    line: int = 0

    def __contains__(self, text: str) -> bool:
        return text in self.exact or any(text.startswith(prefix) for prefix, _ in self.prefixes)

    def get(self, text: str) -> str | None:
        """Our value, None for nothing. Raises KeyError for a text that the table does not have."""
        if text in self.exact:
            return self.exact[text]
        for prefix, value in self.prefixes:
            if text.startswith(prefix):
                return value
        raise KeyError(text)


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A column in a template, with the table that its value is looked up in, and how much of it is taken."""

    column: str
    table: ValueTable | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class TextRule:
    """How a field that is no date is filled from the columns of a row."""

    column: Column
    line: int
    #: The first of these columns that has a value.
    columns: tuple[str, ...] = ()
    #: Literal texts and placeholders in order.
    template: tuple[str | Placeholder, ...] = ()
    constant: str | None = None
    values: ValueTable | None = None
    has_otherwise: bool = False
    otherwise: str | None = None
    split: str = ""
    after_last: str = ""
    is_html: bool = False
    max_length: int = 0
    find: Find = "slug"
    scheme: str = ""
    #: The column of the text to find, where a slug is made of another.
    by: str = ""
    missing: Missing = "error"

    @property
    def used_columns(self) -> tuple[str, ...]:
        template = (part.column for part in self.template if isinstance(part, Placeholder))
        return (*self.columns, *template, *filter(None, (self.by,)))


@dataclass(frozen=True, slots=True)
class DateParts:
    """The columns of one date: of its text, or of year, month and day."""

    columns: tuple[str, ...] = ()
    year: str = ""
    month: str = ""
    day: str = ""

    @property
    def used_columns(self) -> tuple[str, ...]:
        return tuple(filter(None, (*self.columns, self.year, self.month, self.day)))


@dataclass(frozen=True, slots=True)
class DateRule:
    """How a date is put together as EDTF."""

    column: Column
    line: int
    start: DateParts
    order: Order = "ymd"
    #: The column that says how exact the date is, and its words.
    precision: str = ""
    precisions: ReadOnly[str, str] = field(default_factory=dict)
    end: DateParts | None = None
    end_precision: str = ""
    blank_end: BlankEnd = "none"
    #: The column with the date as readers see it, which may be less exact.
    display: str = ""
    constant: str | None = None

    @property
    def used_columns(self) -> tuple[str, ...]:
        end = self.end.used_columns if self.end is not None else ()
        own = filter(None, (self.precision, self.end_precision, self.display))
        return (*self.start.used_columns, *end, *own)


Rule = TextRule | DateRule


@dataclass(frozen=True, slots=True)
class Condition:
    """A row has a value in the column, one of the values if there are any."""

    column: str
    values: ValueTable | None = None


@dataclass(frozen=True, slots=True)
class RecordRule:
    """A record that each row becomes."""

    record_type: RecordType
    line: int
    fields: tuple[Rule, ...]
    #: Path to the objects of a JSON document.
    rows: tuple[str, ...] = ()
    #: All of them hold, and none of the exclusions.
    conditions: tuple[Condition, ...] = ()
    exclusions: tuple[Condition, ...] = ()
    #: The column whose pieces each become a record, and what stands between them.
    each: str = ""
    each_separator: str = ""
    #: Whether several rows may make the same record (of the same ``row_id``, if there is one); the first of them does.
    is_distinct: bool = False
    #: Whether a record that the archive has is left as it is.
    keeps_existing: bool = False
    #: The column with the row's id in its file, by which ``find: row`` finds the record.
    row_id: str = ""

    @property
    def has_condition_values(self) -> bool:
        return any(condition.values is not None for condition in self.conditions)

    @property
    def used_columns(self) -> tuple[str, ...]:
        conditions = (condition.column for condition in (*self.conditions, *self.exclusions))
        fields = (column for rule in self.fields for column in rule.used_columns)
        return tuple(dict.fromkeys(filter(None, (*conditions, self.each, self.row_id, *fields))))


@dataclass(frozen=True, slots=True)
class FileForm:
    """How the file is read; empty where the file itself says it."""

    delimiter: str = ""
    is_quoted: bool = True
    #: Columns of a file without a header line; of several lists the one as long as the first row is taken.
    headers: tuple[tuple[str, ...], ...] = ()
    sheet: str = ""
    #: Of a text file.
    encoding: Encoding = "utf-8"


@dataclass(frozen=True, slots=True)
class MappingDefinition:
    """A mapping: its name, the form of its file, the records, and the columns that may be absent or are left."""

    name: str
    records: tuple[RecordRule, ...]
    form: FileForm = FileForm()
    metadata: Metadata = field(default_factory=Metadata)
    optional: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()

    @property
    def finds_rows(self) -> bool:
        """Whether a relation is to another row of the file, by its id."""
        rules = (rule for record in self.records for rule in record.fields)
        return any(isinstance(rule, TextRule) and rule.find == "row" for rule in rules)

    @property
    def used_columns(self) -> dict[str, int]:
        """Each column that the records use -> the line of the first that does."""
        columns: dict[str, int] = {}
        for record in self.records:
            for column in record.used_columns:
                columns.setdefault(column, record.line)
        return columns
