"""Conversion of a file of another format to batches of records, which the load stages as those of any dataset."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from operator import itemgetter
from typing import Any

from archive.datasets.batches import Batch, Batcher, Invalid
from archive.datasets.mappings.dates import date_text, displayed_date
from archive.datasets.mappings.definition import Condition, DateRule, MappingDefinition, RecordRule, Rule, TextRule
from archive.datasets.mappings.lookup import RecordLookup
from archive.datasets.mappings.rows import EACH, RecordSkipped, Row, ValueProblem
from archive.datasets.mappings.source import RuledRow, Source
from archive.datasets.mappings.values import SlugValue, ValueReader
from archive.datasets.problems import DatasetError, Location, Problem, Problems, quote_value
from archive.datasets.readers.files import File

#: Values and lines that a warning names.
_MAX_SHOWN = 5


def convert(definition: MappingDefinition, file: File, lookup: RecordLookup, problems: Problems) -> Iterator[Batch]:
    """The records that the file's rows become; what is left of the file is in ``problems`` as warnings."""
    yield from _Converter(definition, file, lookup, problems).batches()


class _Converter:
    def __init__(self, definition: MappingDefinition, file: File, lookup: RecordLookup, problems: Problems) -> None:
        self.definition, self.file, self.problems, self.lookup = definition, file.name, problems, lookup
        self.source = Source(definition, file, problems)
        self.values = ValueReader(lookup)
        #: The records of each type; problems name the file and the type.
        self.batchers = {
            name: Batcher(f"{file.name}/{name}", problems)
            for name in dict.fromkeys(record.record_type.name for record in definition.records)
        }
        #: Of records that may come several times, by rule and id or key: the first line, and a hash of its values.
        self.first_rows: dict[tuple[int, str], tuple[int, int]] = {}
        #: The first of them by record type and key: several rules may make the same record.
        self.first_rules: dict[tuple[str, str], tuple[int, str]] = {}
        #: Whether the archive has a record, by rule and slug.
        self.existence_by_slug: dict[tuple[int, str], bool] = {}
        #: Lines that become no record.
        self.lines_left: list[int] = []
        #: Values of ``when`` that no record is made of, by column.
        self.values_left: dict[str, Counter[str]] = {}
        #: Texts that name no record and leave out one, by the line of their rule.
        self.skipped: dict[int, Counter[str]] = {}

    def batches(self) -> Iterator[Batch]:
        rows: Iterator[RuledRow] = self.source.rows()
        if self.definition.finds_rows:
            # A record may refer to a later one.
            rows = self._stored(rows)
        failure: DatasetError | None = None
        try:
            yield from self._converted(rows)
        except DatasetError as error:
            # The rows before it have mistakes of their own.
            failure = error
        for batcher in self.batchers.values():
            yield from batcher.flush()
        if failure is not None:
            raise failure
        self._report_left()

    def _converted(self, rows: Iterator[RuledRow]) -> Iterator[Batch]:
        """Full batches of the records of the rows."""
        for row, records in rows:
            matched = self._matched(row, records)
            for record in matched:
                for part in _pieces(record, row):
                    fields = self._fields(record, part)
                    if fields is not None:
                        batcher = self.batchers[record.record_type.name]
                        yield from batcher.add(record.record_type, part.line, fields)
            if not matched:
                self.lines_left.append(row.line)

    def _stored(self, rows: Iterator[RuledRow]) -> Iterator[RuledRow]:
        """The rows, all of which are read before the first, also where the file can't be read to its end."""
        stored: list[RuledRow] = []
        failure: DatasetError | None = None
        try:
            stored.extend(rows)
        except DatasetError as error:
            failure = error
        self._find_row_slugs(stored)
        yield from stored
        if failure is not None:
            raise failure

    def _find_row_slugs(self, rows: list[RuledRow]) -> None:
        """The slug of each row by its id, for ``find: row``."""
        for row, records in rows:
            for record in records:
                # What is wrong with the row is reported when it is converted.
                with suppress(ValueProblem):
                    if record.row_id and _is_matched(record, row):
                        row_id, slug = row.text(record.row_id), self._slug(record, row)
                        if row_id is not None and slug is not None:
                            self.values.row_slugs[record.record_type.name, row_id] = slug.text

    def _matched(self, row: Row, records: tuple[RecordRule, ...]) -> list[RecordRule]:
        """The records whose conditions the row meets."""
        matched: list[RecordRule] = []
        used: set[str] = set()
        unused: dict[str, str] = {}
        for record in records:
            try:
                if _is_matched(record, row):
                    matched.append(record)
                for condition in record.conditions if record.has_condition_values else ():
                    if condition.values is not None and (text := row.text(condition.column)) is not None:
                        used |= {condition.column} if text in condition.values else set()
                        unused[condition.column] = text
            except ValueProblem as problem:
                self._report(self._location(record, row), "when", problem)
        for column in unused.keys() - used:
            self.values_left.setdefault(column, Counter())[unused[column]] += 1
        return matched

    # Fields

    def _fields(self, record: RecordRule, row: Row) -> dict[str, Any] | None:
        """The record's fields; None for one that came before, or that the archive has and keeps."""
        if record.keeps_existing and self._is_kept(record, row):
            return None
        try:
            fields = {rule.column.name: self._cell(record, rule, row) for rule in record.fields}
        except RecordSkipped as skipped:
            self.skipped.setdefault(record.line, Counter())[skipped.text] += 1
            return None
        return fields if not record.is_distinct or self._is_first(record, row, fields) else None

    def _is_kept(self, record: RecordRule, row: Row) -> bool:
        """Whether the archive has the row's record."""
        try:
            slug = self._slug(record, row)
        except ValueProblem:
            return False
        if slug is None or slug.is_stored:
            return slug is not None
        key = (record.line, slug.text)
        if key not in self.existence_by_slug:
            self.existence_by_slug[key] = self.lookup.has_slug(record.record_type, slug.text)
        return self.existence_by_slug[key]

    def _is_first(self, record: RecordRule, row: Row, fields: dict[str, Any]) -> bool:
        """Whether no row before made the same record; a warning where one did from other values."""
        row_id = row.text(record.row_id) if record.row_id else None
        # A rule's ids tell its records apart; another rule may have made a record of the same key.
        key = repr([fields.get(name) for name in record.record_type.key])
        own_key, shared_key = (record.line, row_id or key), (record.record_type.name, key)
        values = hash(repr(sorted(fields.items(), key=itemgetter(0))))
        first = self.first_rows.get(own_key)
        if first is None and self.first_rules.setdefault(shared_key, own_key)[0] != record.line:
            first = self.first_rows[self.first_rules[shared_key]]
        if first is None:
            self.first_rows[own_key] = (row.line, values)
            return True
        first_line, first_values = first
        if values != first_values:
            name = fields.get(record.record_type.key[0])
            got, expected = (
                f"other values for {quote_value(name)}",
                f"those of {self.problems.position(first_line)}, which are taken",
            )
            location = self._location(record, row)
            self.problems.add(Problem(location, "", got, expected, code="other values"), "warning")
        return False

    def _slug(self, record: RecordRule, row: Row) -> SlugValue | None:
        rule = next((rule for rule in record.fields if rule.column.name == "slug"), None)
        return self.values.slug(rule, record.record_type, row) if isinstance(rule, TextRule) else None

    def _cell(self, record: RecordRule, rule: Rule, row: Row) -> Any:
        """The value of a field; ``Invalid.CELL``, and a problem, where it can't be converted."""
        try:
            if isinstance(rule, DateRule):
                return self._date(record, rule, row)
            if rule.column.name == "slug" and record.record_type.has_slug:
                slug = self.values.slug(rule, record.record_type, row)
                return slug.text if slug is not None else None
            return self.values.value(rule, row)
        except ValueProblem as problem:
            self._report(self._location(record, row), rule.column.name, problem)
            return Invalid.CELL

    def _date(self, record: RecordRule, rule: DateRule, row: Row) -> str | None:
        """The date, or that which readers see where both can be meant; a warning where not, and for an unknown date."""
        text = date_text(rule, row)
        for column in rule.used_columns:
            for value in row.unknown_values(column):
                location = self._location(record, row)
                self.problems.add(
                    Problem(location, column, quote_value(value), "a date", code="unknown date"), "warning"
                )
        display = row.text(rule.display) if rule.display else None
        if display is None:
            return text
        displayed = displayed_date(text, display)
        if displayed is None:
            location = self._location(record, row)
            expected = f"a date that agrees with {text}, which is taken" if text else "a date"
            self.problems.add(
                Problem(location, rule.display, quote_value(display), expected, code="display"), "warning"
            )
        return displayed or text

    # Reports

    def _location(self, record: RecordRule, row: Row) -> Location:
        return Location(self.batchers[record.record_type.name].file, row.line)

    def _report(self, location: Location, field: str, problem: ValueProblem) -> None:
        self.problems.add(Problem(location, field, problem.got, problem.expected, problem.suggestion, problem.code))

    def _report_left(self) -> None:
        """Warn of rows that become no record, and of values that no record is made of."""
        location = Location(self.file)
        for column, values in self.values_left.items():
            expected = "values that a record is made of (when)"
            self.problems.add(Problem(location, column, _most_common(values), expected, code="left values"), "warning")
        for line, texts in self.skipped.items():
            record = next(record for record in self.definition.records if record.line == line)
            place = Location(self.batchers[record.record_type.name].file)
            got = f"{_most_common(texts)}, for which no record is made (missing: skip in line {line})"
            expected = "records that the archive has"
            self.problems.add(Problem(place, "", got, expected, code=f"skipped {line}"), "warning")
        if self.lines_left:
            count, examples = len(self.lines_left), self.lines_left[:_MAX_SHOWN]
            lines = (
                ", ".join(map(self.problems.position, examples))
                if min(examples) < 0
                else f"line {', '.join(map(str, examples))}"
            )
            more = ", ..." if count > _MAX_SHOWN else ""
            got = f"{count:,} {'rows that become' if count > 1 else 'row that becomes'} no record ({lines}{more})"
            self.problems.add(Problem(location, "", got, "rows that meet a record's when", code="left rows"), "warning")


def _most_common(texts: Counter[str]) -> str:
    """The most frequent texts with their numbers."""
    displayed = ", ".join(f"{quote_value(text)} ({count:,})" for text, count in texts.most_common(_MAX_SHOWN))
    return f"{displayed} and {len(texts) - _MAX_SHOWN:,} more" if len(texts) > _MAX_SHOWN else displayed


def _is_matched(record: RecordRule, row: Row) -> bool:
    is_excluded = any(_is_met(condition, row) for condition in record.exclusions)
    return not is_excluded and all(_is_met(condition, row) for condition in record.conditions)


def _is_met(condition: Condition, row: Row) -> bool:
    text = row.text(condition.column)
    return text is not None and (condition.values is None or text in condition.values)


def _pieces(record: RecordRule, row: Row) -> Iterator[Row]:
    """The row; for a record with ``each`` one row for each piece of its column."""
    if not record.each:
        yield row
        return
    texts = row.texts(record.each)
    if record.each_separator:
        texts = [piece for text in texts for part in text.split(record.each_separator) if (piece := part.strip())]
    for text in dict.fromkeys(texts):
        yield Row(row.line, {**row.values, EACH: text}, row.parent)
