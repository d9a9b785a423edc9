"""Guesses of the fields that the columns of a file become, with what is uncertain about each."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError

from archive.datasets.mappings.column_words import (
    FIELD_NAMES,
    is_name_of,
    translated_word,
    vocabulary_word,
)
from archive.datasets.mappings.date_guesses import DateGuesser
from archive.datasets.mappings.lookup import RecordLookup
from archive.datasets.mappings.rows import ValueProblem
from archive.datasets.mappings.samples import FileSample, Sample
from archive.datasets.problems import DatasetError
from archive.datasets.schema import Column, RecordType, record_types
from archive.text import closest_matches, fold

#: A vocabulary with more values in a column is none; at most so many are written into the mapping.
MAX_VALUES = 40
#: Letters that the end of a compound needs to be the name of a field (``Ereignisdatum``), and in scripts of Asia.
_MIN_ENDING, _MIN_ASIAN_ENDING = 4, 2
#: How sure the name of a column is: that of the field, another name of the field, a name with more words.
_EXACT, _SYNONYM, _LONGER = range(3)
#: A remark behind the name: ``Date (dd/mm/yyyy)``.
_REMARK = re.compile(r"\s*[(\[（].*$")
_SEPARATORS = (";", "|", "/", ",")
_WORDS = re.compile(r"[A-Z]?[a-zß-ÿ]+|[A-Z]+|\d+|[^\W\d_a-zA-Zß-ÿ]+")


@dataclass(slots=True)
class Guess:
    """How a field is filled: the keys of its YAML, what is uncertain, and our words for the values of a vocabulary."""

    column: Column
    keys: dict[str, Any]
    #: The columns that it uses.
    samples: list[Sample] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    #: Their text, our word or an empty string, and what is uncertain about it.
    values: list[tuple[str, str, str]] = field(default_factory=list)
    #: Values that load refuses, so that their rows are left out.
    excluded: list[str] = field(default_factory=list)


def words_of(column: Column) -> list[str]:
    """The vocabulary of a field; empty for another field."""
    return [str(word) for word, _ in column.field.flatchoices] if not column.target else []


def name_rank(column: str, name: str) -> int | None:
    """How sure it is that a column of this name is the field: 0 certain, 2 least; None: it is not."""
    last = _REMARK.sub("", name.rpartition(".")[2])
    folded = fold(last)
    if folded == fold(column):
        return _EXACT
    if is_name_of(column, folded):
        return _SYNONYM
    if any(folded in names for names in FIELD_NAMES.values()):
        return None
    words = [fold(word) for word in _WORDS.findall(last)]
    if len(words) > 1:
        is_named = words[-1] == fold(column) or is_name_of(column, words[-1])
        # The name of a country is no name of an event, and the day of an end none of its beginning.
        others = (names for other, names in FIELD_NAMES.items() if other not in (column, "name", "title"))
        return _LONGER if is_named and not any(word in names for names in others for word in words[:-1]) else None
    endings = [fold(column), *FIELD_NAMES.get(column, ())]
    minimum = _MIN_ENDING if folded.isascii() else _MIN_ASIAN_ENDING
    return _LONGER if any(len(end) >= minimum and folded.endswith(end) for end in endings) else None


class Guesser:
    """Guesses the fields of one record type from a sample of the file."""

    def __init__(self, record_type: RecordType, sample: FileSample, lookup: RecordLookup) -> None:
        self.record_type, self.sample, self.lookup = record_type, sample, lookup
        # Of a file without rows, every column is possible.
        self.columns = [column for column in sample.columns if column.values] or sample.columns
        self.dates = DateGuesser(record_type, sample.rows, self.columns)
        self.guesses: dict[str, Guess] = {}
        #: Columns that look like a field and can't be it, with the reason.
        self.reasons: dict[str, str] = {}

    @property
    def used(self) -> set[str]:
        return {sample.name for guess in self.guesses.values() for sample in guess.samples}

    def guess(self) -> dict[str, Guess]:
        """Field -> guess, for each field that there is a column for."""
        fields = [column for column in self.record_type.columns if column.name not in ("status", "slug")]
        own = next((column for column in self.record_type.columns if column.name == "slug"), None)
        if own is not None and (sample := self._named_slug(own)) is not None:
            self.guesses["slug"] = Guess(own, {"from": sample.name}, [sample])
        self.dates.exclude(self.used)
        for rank in (_EXACT, _SYNONYM, _LONGER):
            for column in fields:
                if column.name not in self.guesses:
                    self._guess_named(column, rank)
        self._guess_full_name(fields)
        for column in fields:
            if column.name not in self.guesses:
                self._guess_by_values(column)
        return self.guesses

    def _named_slug(self, own: Column) -> Sample | None:
        """The column that is named slug, if each of its values is another."""
        sample = next((sample for sample in self.columns if fold(sample.name) == fold(own.name)), None)
        is_unique = sample is not None and len(sample.values) == sample.values.total() == len(self.sample.rows)
        return sample if is_unique else None

    # By names

    def _guess_named(self, column: Column, rank: int) -> None:
        free = [sample for sample in self.columns if sample.name not in self.used]
        named = [sample for sample in free if name_rank(column.name, sample.name) == rank]
        for sample in named:
            guess = self._guess(column, sample)
            if guess is None:
                continue
            if rank == _LONGER:
                guess.doubts.append(f"{sample.name} is only named like it")
            others = [other.name for other in named if other is not sample]
            if others:
                guess.doubts.append(f"it may be {' or '.join(others)} instead")
            self.guesses[column.name] = guess
            self.dates.exclude(self.used)
            return
        if column.data_type == "date" and rank == _SYNONYM and (guess := self._from_date(column)) is not None:
            self.guesses[column.name] = guess
            self.dates.exclude(self.used)

    def _guess_full_name(self, fields: list[Column]) -> None:
        """For a name that is in two columns, the given name before the family name."""
        parts = [
            next((sample for sample in self.columns if is_name_of(part, fold(sample.name))), None)
            for part in ("given_name", "family_name")
        ]
        column = next((column for column in fields if column.name == "name"), None)
        given_name, family_name = parts
        if column is None or "name" in self.guesses or given_name is None or family_name is None:
            return
        template = f"{{{given_name.name}}} {{{family_name.name}}}"
        guess = Guess(column, {"template": template}, [given_name, family_name])
        guess.doubts.append(
            f"the parts in this order; {{{family_name.name}}} {{{given_name.name}}} would be the family name first"
        )
        self.guesses["name"] = guess

    def _guess(self, column: Column, sample: Sample) -> Guess | None:
        if column.data_type == "date":
            date_guess = self.dates.of_column(column, sample)
            if isinstance(date_guess, str):
                self.reasons[sample.name] = date_guess
                return None
            return Guess(column, date_guess.keys, date_guess.samples, date_guess.doubts, excluded=date_guess.refused)
        if column.target:
            return self._reference(column, sample)
        if words_of(column):
            return self._vocabulary(column, sample)
        return self._text(column, sample)

    def _from_date(self, column: Column) -> Guess | None:
        date_guess = self.dates.of_parts(column)
        return Guess(column, date_guess.keys, date_guess.samples, date_guess.doubts) if date_guess is not None else None

    # Kinds of fields

    def _text(self, column: Column, sample: Sample) -> Guess | None:
        keys: dict[str, Any] = {"from": sample.name}
        if column.data_type == "number" and not all(text.isdecimal() for text in sample.values):
            self.reasons[sample.name] = f"not {column.name}: it has other values than whole numbers"
            return None
        if column.field.unique and len(sample.values) < sample.values.total():
            self.reasons[sample.name] = f"not {column.name}: it has the same value in several rows"
            return None
        limit = column.field.max_length
        if limit and any(len(text) > limit for text in sample.values):
            keys["max_length"] = limit
        refused = next((text for text in sample.values if not _is_valid(column, text[: limit or None])), None)
        if refused is not None:
            self.reasons[sample.name] = f"not {column.name}: it takes no {refused!r}"
            return None
        guess = Guess(column, keys, [sample])
        if limit and "max_length" in keys:
            guess.doubts.append(f"texts of more than {limit} characters are cut")
        return guess

    def _vocabulary(self, column: Column, sample: Sample) -> Guess | None:
        words = words_of(column)
        if not sample.values:
            return Guess(column, {"from": sample.name}, [sample])
        if len(sample.values) > MAX_VALUES:
            self.reasons[sample.name] = f"not {column.name}: it has {len(sample.values):,} different values"
            return None
        default = "other" if "other" in words else ""
        ordered = sorted(sample.values, key=lambda text: -sample.values[text])
        values = [(text, *_guessed_word(text, words, default)) for text in ordered]
        if column.required and not default and any(not word for _, word, _ in values):
            self.reasons[sample.name] = f"not {column.name}: its words are {', '.join(words)}"
            return None
        guess = Guess(column, {"from": sample.name}, [sample], values=values)
        empty = len(self.sample.rows) - sample.values.total()
        if empty and column.required and default:
            guess.keys["otherwise"] = default
            rows = "row has" if empty == 1 else "rows have"
            guess.doubts.append(f"{empty:,} {rows} no {sample.name}, and get {default}")
        return guess

    def _reference(self, column: Column, sample: Sample) -> Guess | None:
        if not sample.values:
            return Guess(column, {"from": sample.name, "find": "name"}, [sample])
        target = record_types()[column.target]
        separators = ["", *_SEPARATORS] if column.data_type == "relations" else [""]
        absent: list[str] = []
        for separator in separators:
            pieces = dict.fromkeys(piece for text in sample.values for piece in _split(text, separator))
            absent = self._absent(target, pieces)
            if not absent:
                find = "country" if target.name == "bodies" else "name"
                keys = {"from": sample.name, **({"split": separator} if separator else {}), "find": find}
                return Guess(column, keys, [sample])
            if separator == "":
                first_absent = absent
        examples = ", ".join(map(repr, first_absent[:3]))
        self.reasons[sample.name] = (
            f"not {column.name}: the archive has no {target.name} for {len(first_absent):,} of its "
            f"{len(sample.values):,} values ({examples}); add them first, then write "
            f"{column.name}: {{from: {sample.name}, find: name}}"
        )
        return None

    def _absent(self, target: RecordType, texts: Iterable[str]) -> list[str]:
        """The texts that name no record of the type."""
        return [text for text in texts if not self._is_found(target, text)]

    def _is_found(self, target: RecordType, text: str) -> bool:
        try:
            slug = self.lookup.by_country(text) if target.name == "bodies" else self.lookup.by_name(target, text)
        except (ValueProblem, DatasetError):
            return False
        return slug is not None

    # By values

    def _guess_by_values(self, column: Column) -> None:
        if column.target:
            return
        free = [sample for sample in self.columns if sample.name not in self.used]
        words = words_of(column)
        if words:
            matching = [sample for sample in free if _matches(sample, words)]
            if matching and (guess := self._vocabulary(column, matching[0])) is not None:
                guess.doubts.append(f"only its values are words of {column.name}")
                self.guesses[column.name] = guess
        elif column.data_type == "date" and column.required:
            date_guess = self.dates.by_values(column, free)
            if date_guess is not None:
                self.guesses[column.name] = Guess(
                    column, date_guess.keys, date_guess.samples, date_guess.doubts, excluded=date_guess.refused
                )
        elif column.data_type == "text" and column.required:
            self._guess_text(column, free)
        self.dates.exclude(self.used)

    def _guess_text(self, column: Column, free: list[Sample]) -> None:
        """For a text that each record needs, the column with the most different texts that are no numbers and dates."""
        taken = [sample for name, guess in self.guesses.items() if name != "slug" for sample in guess.samples]
        for samples in (free, taken):
            texts = [sample for sample in samples if sample.values and not sample.is_id and not sample.is_number]
            texts = [sample for sample in texts if not self.dates.is_date(sample)]
            for sample in sorted(texts, key=lambda sample: -len(sample.values)):
                guess = self._text(column, sample)
                if guess is not None:
                    others = ", ".join(other.name for other in texts if other is not sample)
                    guess.doubts.insert(0, f"no column is named like it; the others with texts: {others or 'none'}")
                    self.guesses[column.name] = guess
                    return


def _guessed_word(text: str, words: list[str], default: str) -> tuple[str, str]:
    """Our word for a text, and what is uncertain about it."""
    if word := vocabulary_word(text, words):
        return word, ""
    if word := translated_word(text, words):
        return word, "translated"
    for nearest in closest_matches(fold(text), [fold(word) for word in words]):
        word = vocabulary_word(nearest, words)
        if fold(text).startswith(nearest[:-1]) or nearest.startswith(fold(text)):
            return word, "the nearest word"
    return default, f"no word is like it, {'so ' + default if default else 'so nothing'}"


def _matches(sample: Sample, words: list[str]) -> bool:
    """Whether most of its values are words of the vocabulary."""
    understood = sum(count for text, count in sample.values.items() if vocabulary_word(text, words))
    return understood * 2 > sample.values.total() > 0


def _split(text: str, separator: str) -> Iterator[str]:
    pieces = text.split(separator) if separator else [text]
    return (piece for part in pieces if (piece := part.strip()))


def _is_valid(column: Column, text: str) -> bool:
    try:
        column.field.run_validators(text)
    except ValidationError:
        return False
    return True
