"""A mapping to begin from, suggested by the columns of a file and the values of its first rows.

What it writes loads as it is wherever the columns allow it. Each line that may be wrong has a comment that begins with
``uncertain:`` and says why, and what else it can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from archive.datasets.mappings.guesses import MAX_VALUES, Guess, Guesser, name_rank, words_of
from archive.datasets.mappings.lookup import RecordLookup
from archive.datasets.mappings.reader import mapping_names, read_mapping
from archive.datasets.mappings.rows import EACH, Row
from archive.datasets.mappings.samples import MAX_ROWS, FileSample, Sample, find_encoding, read_samples
from archive.datasets.problems import DatasetError, Location, Problem, Problems
from archive.datasets.readers.files import read_mapped_file
from archive.datasets.schema import Column, RecordType, record_types
from archive.slugs import name_slug

#: Words of other formats for lists of records.
_TYPE_WORDS = {
    "persons": "officials", "people": "officials", "organizations": "bodies", "organisations": "bodies",
    "posts": "offices",
}  # fmt: skip
#: Characters that have a meaning in a placeholder.
_PLACEHOLDER_SIGNS = re.compile("[{}|:]")
_MAX_SLUG = 120
#: Lines that a comment names.
_MAX_LINES = 5


def suggest_mapping(path: Path, file_format: str = "", type_name: str = "", using: str = "default") -> str:
    """The YAML of a mapping for the file. Raises DatasetError."""
    encoding = find_encoding(path, file_format)
    for file in read_mapped_file(path, lambda done, total: None, file_format):
        sample, lookup = read_samples(file, encoding), RecordLookup(using)
        if type_name:
            record_type, doubt = record_types()[type_name], ""
        else:
            record_type, doubt = _nearest_type(sample)
        return _Suggestion(file.name, Guesser(record_type, sample, lookup), doubt).text()
    raise DatasetError(Problem(Location(path.name), "", "no file", "one to suggest a mapping for"))


def _nearest_type(sample: FileSample) -> tuple[RecordType, str]:
    """The record type that the list of rows is named after; else that of the most columns. And what is uncertain."""
    named = _TYPE_WORDS.get(sample.path[-1].lower(), sample.path[-1].lower()) if sample.path else ""
    if named in record_types() and record_types()[named].has_slug:
        return record_types()[named], ""
    types = [record_type for record_type in record_types().values() if record_type.has_slug]
    # Most files are of events.
    ordered = sorted(types, key=lambda record_type: (-_score(record_type, sample), record_type.name != "events"))
    best, second = ordered[:2]
    if _score(best, sample) > _score(second, sample) + 1:
        return best, ""
    doubt = f"nothing says what the rows are; with --kind {second.name} they are read as {second.name}"
    return best, doubt


def _score(record_type: RecordType, sample: FileSample) -> int:
    """How many fields have a column that is called so, less the references that each record needs and has no column."""
    names = [column.name for column in sample.columns if column.values] or [column.name for column in sample.columns]

    def is_named(column: Column) -> bool:
        return any(name_rank(column.name, name) in (0, 1) for name in names)

    columns = [column for column in record_type.columns if column.name not in ("slug", "status")]
    lacking = [column for column in columns if column.required and column.target and not is_named(column)]
    return sum(map(is_named, columns)) - 2 * len(lacking)


def _fitting_mappings(sample: FileSample) -> Iterator[str]:
    """The mappings of the archive whose columns a table has, but for optional ones, or that read its list of rows."""
    columns = {column.name for column in sample.columns}
    for name in mapping_names():
        definition = read_mapping(name, Problems())
        if sample.path:
            records = [record for record in definition.records if record.rows == sample.path]
            if columns & {column for record in records for column in record.used_columns}:
                yield name
            continue
        needed = {column for column in definition.used_columns if column not in definition.optional and column != EACH}
        if needed <= columns and not definition.form.headers and not definition.records[0].rows:
            yield name


class _Suggestion:
    """The YAML of a mapping from the guesses of its fields."""

    def __init__(self, file: str, guesser: Guesser, doubt: str) -> None:
        self.file, self.guesser, self.doubt = file, guesser, doubt
        self.record_type, self.sample = guesser.record_type, guesser.sample
        self.guesses = guesser.guess()
        self.used = guesser.used
        #: Whether rows that have all values of another become one record with it.
        self.is_distinct = False

    def text(self) -> str:
        fields = [*self._fields()]
        body = [*self._record(), *fields, *self._left(), ""]
        return "\n".join([*self._head(body), *body])

    def _head(self, body: list[str]) -> Iterator[str]:
        count = sum(1 for line in body if "# uncertain: " in line)
        marked = (
            f"{count} {'lines are' if count != 1 else 'line is'} marked as uncertain"
            if count
            else "nothing is uncertain"
        )
        yield f"# Suggested for {_comment(self.file)}: {marked}. The keys are in docs/reference/mappings.md."
        if self.sample.is_cut:
            yield f"# Only the first {MAX_ROWS:,} rows were read."
        for name in _fitting_mappings(self.sample):
            yield f"# The archive has a mapping for such files: load {_comment(self.file)} --mapping {name}"
        yield f"description: {_quoted('Rows of ' + self.file)}"
        yield "# dataset: {title: ..., licence: ..., publisher: ...}"
        if self.sample.encoding != "utf-8":
            yield "# uncertain: the file is not UTF-8 but can be this; look whether its accents are right"
            yield f"file: {{encoding: {self.sample.encoding}}}"

    def _record(self) -> Iterator[str]:
        yield "records:"
        if self.doubt:
            yield f"  # uncertain: {self.doubt}"
        yield f"  - collection: {self.record_type.name}"
        if self.sample.path:
            yield f"    rows: {_quoted('.'.join(self.sample.path))}"
        needed, count = self._needed_columns()
        if needed:
            lacks = "row lacks" if count == 1 else "rows lack"
            yield f"    # uncertain: {count:,} {lacks} a needed value and becomes no record; load names the lines"
            yield f"    when: [{', '.join(map(_quoted, needed))}]"
        yield from self._exclusions()
        if self.is_distinct:
            yield "    # uncertain: rows that are the same in all columns become one record"
            yield "    distinct: true"
        yield "    fields:"

    def _exclusions(self) -> Iterator[str]:
        """The rows without a date that load reads, which become no record."""
        for guess in self.guesses.values():
            if guess.excluded:
                column, values = _quoted(guess.keys["from"]), ", ".join(map(_quoted, guess.excluded))
                yield f"    # uncertain: what is no {guess.column.name} makes no record: change it in the file"
                yield f"    unless: {{{column}: [{values}]}}"

    def _needed_columns(self) -> tuple[list[str], int]:
        """The columns of needed fields that some rows lack, and the number of these rows."""
        needed = []
        for guess in self.guesses.values():
            keys = guess.keys
            if guess.column.required and "otherwise" not in keys:
                needed += [name for name in (keys.get("from"), keys.get("year")) if name and self._is_lacking(name)]
        needed = list(dict.fromkeys(needed))
        return needed, sum(1 for row in self.sample.rows if any(not row.text(name) for name in needed))

    def _is_lacking(self, name: str) -> bool:
        return any(not row.text(name) for row in self.sample.rows) and any(row.text(name) for row in self.sample.rows)

    # Fields

    def _fields(self) -> Iterator[str]:
        for column in self.record_type.columns:
            guess = self.guesses.get(column.name)
            if guess is not None:
                yield from self._field(guess)
            elif column.name == "slug" and self.record_type.has_slug and column.required:
                yield from self._slug()
            elif column.required and column.name != "status":
                yield from self._without_column(column)

    def _field(self, guess: Guess) -> Iterator[str]:
        name, words = guess.column.name, words_of(guess.column)
        yield from (f"      # uncertain: {_comment(doubt, 200)}" for doubt in guess.doubts)
        if guess.values:
            yield f"      {name}:"
            yield from (f"        {key}: {_flow_value(key, value)}" for key, value in guess.keys.items())
            yield f"        values:  # ours: {', '.join(words)}"
            for text, word, doubt in guess.values[:MAX_VALUES]:
                comment = f"  # uncertain: {doubt}" if doubt else ""
                yield f"          {_quoted(text)}: {word or '~'}{comment}"
            return
        examples = ", ".join(list(guess.samples[0].values)[:3])
        comment = f"ours: {', '.join(words)}" if words else examples
        source = _quoted(guess.keys["from"]) if guess.keys.keys() == {"from"} else _flow(guess.keys)
        yield f"      {name}: {source}" + (f"  # {_comment(comment)}" if comment else "")

    def _without_column(self, column: Column) -> Iterator[str]:
        """A field that each record needs, and that no column is for: a word of its vocabulary, or a comment."""
        words = words_of(column)
        if words:
            word = "other" if "other" in words else words[0]
            yield f"      # uncertain: no column says it; one of {', '.join(words)}"
            yield f"      {column.name}: {{value: {word}}}"
        else:
            yield f"      # uncertain: {column.name} is needed, and no column is or fits it; {column.field.help_text}"

    # Slugs

    def _slug(self) -> Iterator[str]:
        """The template of an address that each row has another of: an id if there is one, else date, name and more."""
        candidates = [column for column in self.guesser.columns if not _PLACEHOLDER_SIGNS.search(column.name)]
        ids = [column for column in candidates if column.is_id and len(column.values) == len(self.sample.rows)]
        names = [column.name for column in candidates]
        preferred = [name for field in ("date", "start", "name", "title", "place") for name in self._columns_of(field)]
        preferred = [name for name in dict.fromkeys(preferred) if name in names] or names[:1]
        rest = [name for name in names if name not in preferred]
        templates = [self._template([column]) for column in ids]
        first = preferred[:-1] if len(preferred) > 1 and self._columns_of("place") == preferred[-1:] else preferred
        templates += [" ".join(map("{{{}}}".format, columns)) for columns in (first, preferred)]
        templates += [" ".join(map("{{{}}}".format, [*preferred, *rest[: count + 1]])) for count in range(len(rest))]
        repeated: list[list[int]] = []
        for template in templates:
            if not (repeated := self._repeated(template)):
                self.used |= {name for name in names if f"{{{name}}}" in template}
                yield f"      slug: {{template: {_quoted(template)}}}  # an address for good"
                return
        template = templates[len(ids)] if names else ""
        if not template:
            yield "      # slug: needed, and no column can be a part of it: rename the columns without { } | and :"
            return
        repeated = self._repeated(template)
        if all(self._is_same(lines) for lines in repeated):
            self.is_distinct = True
            yield f"      slug: {{template: {_quoted(template)}}}  # an address for good"
            return
        lines = "; ".join(" and ".join(map(str, lines[:_MAX_LINES])) for lines in repeated[:_MAX_LINES])
        yield f"      # uncertain: load refuses rows with the same address (lines {lines}); add what tells them apart"
        yield f"      slug: {{template: {_quoted(template)}}}"

    def _columns_of(self, field: str) -> list[str]:
        """The columns of the beginning of a date, or of another field."""
        guess = self.guesses.get(field)
        if guess is None:
            return []
        keys = guess.keys
        if "template" in keys:
            return [sample.name for sample in guess.samples]
        return [name for key in ("from", "year", "month", "day") if (name := keys.get(key))]

    def _template(self, columns: list[Sample]) -> str:
        """The template of an id; a bare number says nothing."""
        [column] = columns
        prefix = f"{self.file.partition('.')[0]} " if column.is_number else ""
        return f"{prefix}{{{column.name}}}"

    def _repeated(self, template: str) -> list[list[int]]:
        """The lines of rows whose addresses are the same, or empty."""
        lines: dict[str, list[int]] = {}
        for row in self.sample.rows:
            lines.setdefault(_address(template, row), []).append(row.line)
        return [numbers for address, numbers in lines.items() if len(numbers) > 1 or not address]

    def _is_same(self, lines: list[int]) -> bool:
        """Whether the rows of the lines have the same values."""
        rows = [row.values for row in self.sample.rows if row.line in lines]
        return all(values == rows[0] for values in rows[1:]) and len(rows) > 1

    # What is left

    def _left(self) -> Iterator[str]:
        left = [sample for sample in self.sample.columns if sample.name not in self.used]
        if left:
            yield "# Columns that become no field. What is left on purpose goes under ignored:"
        for sample in left:
            kind = (
                "dates"
                if self.guesser.dates.is_date(sample)
                else f"{len(sample.values):,} value{'s' if len(sample.values) != 1 else ''}"
            )
            examples = _comment(", ".join(list(sample.values)[:3]))
            text = f"#   {_comment(sample.name)}: {kind}{f', such as {examples}' if examples else ''}"
            reason = self.guesser.reasons.get(sample.name)
            yield text + (f" (uncertain: {_comment(reason, 300)})" if reason else "")
        if left:
            prefix = [".".join(self.sample.path)] if self.sample.path else []
            yield f"ignored: [{', '.join(_quoted('.'.join([*prefix, sample.name])) for sample in left)}]"


def _address(template: str, row: Row) -> str:
    """The slug that load makes of the template."""
    text = re.sub(r"\{([^{}]*)\}", partial(_filled, row), template)
    return name_slug(" ".join(text.split()))[:_MAX_SLUG].strip("-")


def _filled(row: Row, match: re.Match[str]) -> str:
    return row.text(match[1]) or ""


# YAML


#: Keys whose values are words of ours; those of others are columns.
_KEYS_OF_WORDS = frozenset({"order", "find", "otherwise", "max_length", "blank"})


def _flow(keys: dict[str, Any]) -> str:
    """Keys of a field in YAML on one line."""
    return "{" + ", ".join(f"{key}: {_flow_value(key, value)}" for key, value in keys.items()) + "}"


def _flow_value(key: str, value: object) -> str:
    if isinstance(value, dict):
        is_table = key == "precisions"
        return (
            "{" + ", ".join(f"{_quoted(text)}: {word}" for text, word in value.items()) + "}"
            if is_table
            else _flow(value)
        )
    return str(value) if key in _KEYS_OF_WORDS else _quoted(str(value))


def _quoted(text: str) -> str:
    """A text as a YAML scalar on one line."""
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=1_000_000).strip()


def _comment(text: str, limit: int = 80) -> str:
    """A text that ends no comment."""
    cleaned = "".join(letter if letter.isprintable() else " " for letter in text)
    return cleaned[:limit]
