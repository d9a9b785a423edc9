"""A mapping to begin from, suggested by the columns of a file and samples of its values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml

from archive.datasets.mappings.reader import mapping_names, read_mapping
from archive.datasets.mappings.rows import EACH
from archive.datasets.mappings.samples import MAX_VALUES, NUMBER, SYNONYMS, Sample, read_samples, vocabulary_word
from archive.datasets.problems import DatasetError, Location, Problem, Problems
from archive.datasets.readers.files import read_mapped_file
from archive.datasets.schema import Column, RecordType, record_types
from archive.text import closest_matches, fold

#: Columns of another day than that of an event begin so.
_OTHER_DAYS = ("end", "birth", "death")
#: Words of other formats for lists of records.
_TYPE_WORDS = {
    "persons": "officials", "people": "officials", "organizations": "bodies", "organisations": "bodies",
    "posts": "offices",
}  # fmt: skip
_PRECISIONS = ("day", "week", "month", "year")


def suggest_mapping(path: Path, file_format: str = "", type_name: str = "") -> str:
    """The YAML of a mapping for the file, with comments on what is left to do. Raises DatasetError."""
    for file in read_mapped_file(path, lambda done, total: None, file_format):
        rows_path, samples = read_samples(file)
        record_type = record_types()[type_name] if type_name else _nearest_type(rows_path, samples)
        return _Suggestion(file.name, record_type, rows_path, samples).text()
    raise DatasetError(Problem(Location(path.name), "", "no file", "one to suggest a mapping for"))


# Guesses


def _nearest_type(path: tuple[str, ...], samples: list[Sample]) -> RecordType:
    """The record type that the list of rows is named after; else the one with most fields named like the columns."""
    named = _TYPE_WORDS.get(path[-1].lower(), path[-1].lower()) if path else ""
    if named in record_types() and record_types()[named].has_slug:
        return record_types()[named]
    types = [record_type for record_type in record_types().values() if record_type.has_slug]
    events = record_types()["events"]
    best = max(types, key=lambda record_type: len(_guesses(record_type, samples)))
    return best if len(_guesses(best, samples)) > len(_guesses(events, samples)) else events


def _guesses(record_type: RecordType, samples: list[Sample]) -> dict[str, Sample]:
    """Field -> the column that is named like it, or has values like its vocabulary or a date."""
    fields = {column.name: column for column in record_type.columns if column.name != "status"}
    # Of a file without rows, every column is possible.
    samples = [sample for sample in samples if sample.values] or samples
    guesses: dict[str, Sample] = {}
    for sample in samples:
        name = _field_name(sample.name, list(fields))
        if name and name not in guesses and _is_possible(fields[name], sample):
            guesses[name] = sample
    for column in fields.values():
        if column.name in guesses:
            continue
        taken = {sample.name for sample in guesses.values()}
        free = [sample for sample in samples if sample.name not in taken]
        words = _words(column)
        match = next((sample for sample in free if words and sample.matches(words)), None)
        if match is None and column.data_type == "date" and column.required:
            days = [sample for sample in free if sample.is_date]
            match = min(days, key=lambda sample: fold(sample.name).startswith(_OTHER_DAYS), default=None)
        if match is not None:
            guesses[column.name] = match
    return guesses


def _text_for(column: Column, guesses: dict[str, Sample], samples: list[Sample]) -> Sample | None:
    """For a text that each record needs, the column with the most different texts that are no numbers and dates."""
    if column.target or column.data_type == "date" or _words(column) or column.name == "slug":
        return None
    taken = {sample.name for sample in guesses.values()}
    texts = [sample for sample in samples if sample.values and not sample.is_date and not sample.is_id]
    texts = [sample for sample in texts if not all(map(NUMBER.fullmatch, sample.values))]
    return max(texts, key=lambda sample: (sample.name not in taken, len(sample.values)), default=None)


def _field_name(name: str, fields: list[str]) -> str:
    """The field that a column is named like, or an empty string."""
    last = fold(name.rpartition(".")[2])
    by_fold = {fold(own): own for own in fields}
    if last.startswith(_OTHER_DAYS):
        by_fold.pop("date", None)
        fields = [own for own in fields if own != "date"]
    if last in by_fold:
        return by_fold[last]
    for word, own in SYNONYMS.items():
        if own in fields and word in last:
            return own
    match = next(iter(closest_matches(last, by_fold)), "")
    return by_fold[match] if match and (match in last or last in match) and len(last) > 2 else ""


def _guessed_word(text: str, words: list[str]) -> str:
    """Our word for a text, with a comment where it is a guess; null without one."""
    if word := vocabulary_word(text, words):
        return word
    nearest = next(iter(closest_matches(text.lower(), words)), "")
    return f"{nearest}  # guessed" if nearest else "~  # nothing like it"


def _fitting_mappings(path: tuple[str, ...], columns: set[str]) -> Iterator[str]:
    """The mappings of the archive whose columns a table has, but for optional ones, or that read its list of rows."""
    for name in mapping_names():
        definition = read_mapping(name, Problems())
        if path:
            used = {column for record in definition.records if record.rows == path for column in record.used_columns}
            if used & columns:
                yield name
            continue
        needed = {column for column in definition.used_columns if column not in definition.optional and column != EACH}
        if needed <= columns and not definition.form.headers and not definition.records[0].rows:
            yield name


def _is_possible(column: Column, sample: Sample) -> bool:
    return column.data_type != "date" or not sample.values or sample.is_date


def _words(column: Column) -> list[str]:
    return [str(word) for word, _ in column.field.flatchoices] if not column.target else []


# YAML


class _Suggestion:
    def __init__(self, file: str, record_type: RecordType, path: tuple[str, ...], samples: list[Sample]) -> None:
        self.file, self.record_type, self.path, self.samples = file, record_type, path, samples
        self.guesses = _guesses(record_type, samples)
        #: Columns that are used though they are no field's own.
        self.used: set[str] = set()
        #: The columns named year, month and day, if there is a year.
        names = {fold(sample.name): sample.name for sample in samples}
        self.date_parts = {part: names[part] for part in ("year", "month", "day") if part in names and "year" in names}

    def text(self) -> str:
        return "\n".join([*self._head(), *self._fields(), *self._left(), ""])

    def _head(self) -> Iterator[str]:
        yield f"# Suggested for {self.file}: check every line. The keys are in docs/reference/mappings.md."
        for name in _fitting_mappings(self.path, {sample.name for sample in self.samples}):
            yield f"# The archive has a mapping for such files: load {self.file} --mapping {name}"
        yield f"description: {_quoted('Rows of ' + self.file)}"
        yield "# dataset: {title: ..., licence: ..., publisher: ...}"
        yield "records:"
        yield f"  - collection: {self.record_type.name}"
        if self.path:
            yield f"    rows: {_quoted('.'.join(self.path))}"
        yield "    fields:"

    def _fields(self) -> Iterator[str]:
        for column in self.record_type.columns:
            sample = self.guesses.get(column.name)
            if sample is not None:
                yield from self._field(column, sample)
            elif column.name == "slug":
                yield from self._slug()
            elif column.data_type == "date" and column.required and self.date_parts:
                parts = ", ".join(f"{part}: {_quoted(name)}" for part, name in self.date_parts.items())
                yield f"      {column.name}: {{{parts}}}"
            elif column.required and (text := _text_for(column, self.guesses, self.samples)):
                self.used.add(text.name)
                source = f"{{from: {_quoted(text.name)}, max_length: {column.field.max_length}}}"
                yield f"      {column.name}: {source}  # guessed: no column is named like it"
            elif column.required:
                words = f"  # one of {', '.join(_words(column))}" if _words(column) else ""
                yield f"      # {column.name}: needed; {column.field.help_text}"
                if words:
                    yield f"      {column.name}: {{value: {_words(column)[-1]}}}{words}"

    def _slug(self) -> Iterator[str]:
        ids = [sample for sample in self.samples if sample.is_id]
        if ids:
            # Of several, the one of most rows; a bare number says nothing.
            own = max(ids, key=lambda sample: len(sample.values))
            self.used.add(own.name)
            prefix = f"{self.file.partition('.')[0]} " if all(map(NUMBER.fullmatch, own.values)) else ""
            yield f"      slug: {{template: {_quoted(f'{prefix}{{{own.name}}}')}}}  # an address for good"
            return
        names = [self.guesses[name].name for name in ("date", "name", "title") if name in self.guesses]
        if "date" not in self.guesses:
            names = [*self.date_parts.values(), *names]
        columns = names or [sample.name for sample in self.samples[:1]]
        template = " ".join(f"{{{name}}}" for name in columns)
        yield f"      slug: {{template: {_quoted(template)}}}  # an address for good: take an id if there is one"

    def _field(self, column: Column, sample: Sample) -> Iterator[str]:
        words, examples = _words(column), ", ".join(list(sample.values)[:3])
        source = _quoted(sample.name)
        if words and not sample.values:
            yield f"      {column.name}: {source}  # ours: {', '.join(words)}"
        elif words:
            yield f"      {column.name}:"
            yield f"        from: {source}"
            yield f"        values:  # ours: {', '.join(words)}"
            for text in sorted(sample.values, key=lambda text: -sample.values[text])[:MAX_VALUES]:
                yield f"          {_quoted(text)}: {_guessed_word(text, words)}"
        elif column.target == "bodies":
            yield f"      {column.name}: {{from: {source}, find: name}}  # or country, identifier; {_comment(examples)}"
        elif column.target:
            yield f"      {column.name}: {{from: {source}, find: name}}  # {_comment(examples)}"
        elif column.data_type == "date" and (exact := self._precision()):
            self.used.add(exact.name)
            ranked = dict(zip(sorted(exact.values), _PRECISIONS, strict=False))
            precisions = ", ".join(f"{_quoted(text)}: {word}" for text, word in ranked.items())
            order = f", order: {sample.order}" if sample.order else ""
            yield f"      # guessed: {_comment(exact.name)} as {', '.join(_PRECISIONS)}, in this order"
            yield (
                f"      {column.name}: {{from: {source}{order}, precision: {_quoted(exact.name)}, "
                f"precisions: {{{precisions}}}}}"
            )
        elif column.data_type == "date" and sample.order:
            yield f"      {column.name}: {{from: {source}, order: {sample.order}}}  # dmy or mdy? {_comment(examples)}"
        else:
            yield f"      {column.name}: {source}  # {_comment(examples)}"

    def _precision(self) -> Sample | None:
        """The column that says how exact the dates are."""
        taken = {sample.name for sample in self.guesses.values()}
        few = (sample for sample in self.samples if 0 < len(sample.values) <= len(_PRECISIONS))
        named = (sample for sample in few if "precision" in sample.name.lower())
        return next((sample for sample in named if "geo" not in sample.name.lower() and sample.name not in taken), None)

    def _left(self) -> Iterator[str]:
        used = {sample.name for sample in self.guesses.values()} | self.used
        used |= set() if "date" in self.guesses else set(self.date_parts.values())
        left = [sample for sample in self.samples if sample.name not in used]
        if left:
            yield "# Columns that become no field. What is left on purpose goes under ignored:"
        for sample in left:
            kind = (
                "dates" if sample.is_date else f"{len(sample.values):,} value{'s' if len(sample.values) != 1 else ''}"
            )
            examples = _comment(", ".join(list(sample.values)[:3]))
            yield f"#   {_comment(sample.name)}: {kind}{f', such as {examples}' if examples else ''}"
        if left:
            prefix = [".".join(self.path)] if self.path else []
            yield f"ignored: [{', '.join(_quoted('.'.join([*prefix, sample.name])) for sample in left)}]"


def _quoted(text: str) -> str:
    """A text as a YAML scalar on one line."""
    return yaml.safe_dump(text, default_style='"', allow_unicode=True, width=1_000_000).strip()


def _comment(text: str) -> str:
    """A text that ends no comment."""
    cleaned = "".join(letter if letter.isprintable() else " " for letter in text)
    return cleaned[:80]
