"""Readers of JSON Lines and of Django fixtures in JSON, JSON Lines and YAML. JSON is streamed, YAML held in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain, islice
from pathlib import PurePosixPath
from typing import Any

import msgspec
import yaml
from django.apps import apps

from archive.datasets.batches import Batch, Batcher
from archive.datasets.problems import DatasetError, Location, Problem, Problems, quote_value
from archive.datasets.readers.files import MAX_LINE_BYTES, File, read_lines
from archive.datasets.readers.fixture_keys import FixtureRecord, resolve_keys
from archive.datasets.readers.yaml import YAML_TAGS, refuse_unsafe_yaml, yaml_value
from archive.datasets.schema import RecordType, find_record_type, record_types
from archive.exceptions import printable
from archive.models.fields import DERIVED
from archive.strict_json import (
    NestingError,
    RepeatedKeyError,
    parse_json,
    refuse_constant,
    refuse_deep_nesting,
    unique_members,
)  # fmt: skip
from archive.text import closest_match

#: A parsed document takes 50 times its characters in memory, and more where its values are short.
_MAX_YAML_CHARACTERS = 10_000_000
#: Characters of a JSON array that are decoded at a time.
_CHUNK = 1 << 20
_DECODER = json.JSONDecoder(object_pairs_hook=unique_members, parse_constant=refuse_constant)
#: For the end of a member that the other decoder refuses.
_LENIENT_DECODER = json.JSONDecoder()
_WHITE_SPACE = re.compile("[ \\t\\r\\n]*")
_SPACE_BEFORE_COLON = re.compile('"[ \\t\\r\\n]+:')
_LIST = "a list of objects"
#: Fields of a fixture that the archive sets itself.
_SET_BY_THE_ARCHIVE = frozenset({"id", "version", "public_version", "created_at", "updated_at", "sequence"})


def read_json_lines(file: File, problems: Problems, type_name: str = "") -> Iterator[Batch]:
    """Records of the type that the file is named after, or a fixture if the first object is of one."""
    batcher = Batcher(file.name, problems)
    objects = decoded_lines(file, problems)
    for line, row in objects:
        if _is_fixture_object(row):
            yield from _fixture_batches(chain([(line, row)], objects), file.name, problems)
            return
        yield from batcher.add_all(_typed_rows(chain([(line, row)], objects), file, problems, type_name))
        return
    if not problems.errors:
        raise DatasetError(Problem(Location(file.name), "", "an empty file", "one JSON object a line"))


def _typed_rows(
    objects: Iterator[tuple[int, Any]], file: File, problems: Problems, type_name: str
) -> Iterator[tuple[RecordType, int, dict[str, Any]]]:
    """The objects of records of one type, which the first of them shows; what is no object is a problem."""
    record_type: RecordType | None = None
    for line, row in objects:
        if not isinstance(row, dict):
            problems.add(Problem(Location(file.name, line), "", quote_value(row), "an object", code="JSON"))
            continue
        record_type = record_type or find_record_type(type_name or PurePosixPath(file.name).stem, file.name, row)
        yield record_type, line, row


def read_fixture(file: File, problems: Problems) -> Iterator[Batch]:
    """The records of a fixture in JSON or YAML. Raises DatasetError for what is neither."""
    read_objects = _yaml_objects if file.name.lower().endswith((".yaml", ".yml")) else _json_objects
    objects = read_objects(file, problems)
    yield from _fixture_batches(objects, file.name, problems)


def decoded_lines(
    file: File, problems: Problems, float_hook: Callable[[str], Any] | None = None
) -> Iterator[tuple[int, Any]]:
    """The lines that are JSON, with their numbers; any other line is a problem. The hook makes values of decimals."""
    decode = msgspec.json.Decoder(float_hook=float_hook).decode
    for line, text in enumerate(read_lines(file), start=1):
        if not text.isspace():
            location = Location(file.name, line)
            try:
                refuse_deep_nesting(text)
                row = decode(text)
                # The decoder takes the last of equal keys. Only where there may be some, a slower one looks for them.
                if text.count('":') != _member_count(row) or _SPACE_BEFORE_COLON.search(text):
                    parse_json(text)
            except RepeatedKeyError as error:
                problems.add(_repeated_key(error, location))
            except ValueError as error:  # of msgspec, too
                problems.add(_invalid_json(error, location, "one object on the line"))
            else:
                yield line, row


def _repeated_key(error: RepeatedKeyError, location: Location) -> Problem:
    return Problem(location, error.key[:64], "this key twice", "each once", code="JSON")


def _invalid_json(error: ValueError, location: Location, expected: str) -> Problem:
    message = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
    got = message if isinstance(error, NestingError) else f"invalid JSON ({message})"
    return Problem(location, "", got, expected, code="JSON")


def _member_count(value: object) -> int:
    """The number of members of an object and of the objects in it."""
    if not isinstance(value, dict):
        return 0
    return len(value) + sum(len(member) for member in value.values() if isinstance(member, dict))


def _is_fixture_object(value: object) -> bool:
    return isinstance(value, dict) and "model" in value and "fields" in value


@lru_cache(maxsize=1)
def _archive_models() -> set[str]:
    """Labels of all models of the archive: a dump may hold those that are no records, such as revisions."""
    return {model._meta.label_lower for model in apps.get_app_config("archive").get_models()}


def _fixture_batches(objects: Iterator[tuple[int, Any]], file: str, problems: Problems) -> Iterator[Batch]:
    types = {record_type.model._meta.label_lower: record_type for record_type in record_types().values()}
    ignored = _SET_BY_THE_ARCHIVE | {
        field.name
        for record_type in types.values()
        for field in record_type.model._meta.concrete_fields
        if isinstance(field, DERIVED)
    }
    batcher = Batcher(file, problems, frozenset(ignored))
    records = _fixture_records(_numbered(objects), types, file, problems)
    yield from batcher.add_all(resolve_keys(records, file, problems))


def _numbered(objects: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    """The items of a list with their lines; of several on one line with their numbers, from -1 down."""
    before, failure = 0, None
    waiting: tuple[int, int, Any] | None = None
    try:
        for index, (line, value) in enumerate(objects, 1):
            if waiting is not None:
                number, own, item = waiting
                yield (-number if own in (before, line) else own), item
                before = own
            waiting = index, line, value
    except DatasetError as error:
        failure = error
    if waiting is not None:
        number, own, item = waiting
        yield (-number if own == before else own), item
    if failure is not None:
        raise failure


def _fixture_records(
    objects: Iterator[tuple[int, Any]], types: dict[str, RecordType], file: str, problems: Problems
) -> Iterator[FixtureRecord]:
    is_empty = True
    for line, value in objects:
        is_empty = False
        location = Location(file, line)
        if not _is_fixture_object(value) or not isinstance(value["fields"], dict):
            problems.add(Problem(location, "", quote_value(value), "an object with model and fields", code="JSON"))
            continue
        model = str(value["model"])
        if model.lower() in types:
            yield types[model.lower()], line, value.get("pk"), value["fields"]
        elif model.lower() not in _archive_models():
            suggestion, got = closest_match(model, list(types)), quote_value(value["model"])
            problems.add(Problem(location, "model", got, "a record of the archive", suggestion, "unknown model"))
    if is_empty and not problems.errors:
        raise DatasetError(Problem(Location(file), "", "an empty fixture", "objects with model and fields"))


class _ArrayText:
    """The text of a JSON array, read chunk by chunk."""

    def __init__(self, lines: Iterator[str]) -> None:
        self.text, self.position, self.line, self.is_complete = "", 0, 1, False
        self._lines = lines

    def extend(self, lines: int = 2_000) -> None:
        """Read on, and drop what is behind the position."""
        more = "".join(islice(self._lines, lines))
        self.text, self.position, self.is_complete = self.text[self.position :] + more, 0, not more

    def advance(self, end: int) -> None:
        self.line += self.text.count("\n", self.position, end)
        self.position = end

    def next_mark(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            start = _WHITE_SPACE.match(self.text, self.position).end()  # type: ignore[union-attr]
            self.advance(start)
            if start < len(self.text) or self.is_complete:
                return self.text[start : start + 1]
            self.extend()

    def take(self, mark: str) -> bool:
        """Whether the next character is this one; then the position is behind it."""
        if self.next_mark() != mark:
            return False
        self.position += 1
        return True


def _json_objects(file: File, problems: Problems) -> Iterator[tuple[int, Any]]:
    """The members of one JSON array, each with the line on which it begins, decoded chunk by chunk.

    A member that has a key twice, or NaN, is a problem, and the next one is read.
    """
    array = _ArrayText(read_lines(file))

    def refuse(got: str, expected: str) -> DatasetError:
        return DatasetError(Problem(Location(file.name, array.line), "", got, expected, code="JSON"))

    if not array.take("["):
        mark = array.next_mark()
        if mark:
            raise refuse(f"text that begins with '{printable(mark)}'", "a list of objects: [ and ] around them")
        return
    if not array.take("]"):
        while True:
            try:
                yield _decode_member(array, file)
            except _InvalidMember as error:
                problems.add(error.problem)
            if array.take("]"):
                break
            if not array.take(","):
                mark = array.next_mark()
                got = (
                    f"'{printable(mark)}' after an object" if mark else "the end of the file in the list: it is cut off"
                )
                raise refuse(got, "a comma, or ] at the end of the list")
            if array.next_mark() == "]":
                array.position += 1
                problems.add(refuse("a comma before ]", "none after the last object").problem)
                break
    if mark := array.next_mark():
        raise refuse(f"'{printable(mark)}' after the end of the list", "one list of objects, and nothing after it")


class _InvalidMember(DatasetError):
    """A member of an array that is no object of a fixture; the position is behind it."""


def _skip_member(array: _ArrayText, problem: Problem) -> DatasetError:
    """The error of a member that is JSON, with the position behind it; of one that is cut off, the end of the file."""
    try:
        _, end = _LENIENT_DECODER.raw_decode(array.text, array.position)
    except ValueError:
        return DatasetError(problem)
    array.advance(end)
    return _InvalidMember(problem)


def _decode_member(array: _ArrayText, file: File) -> tuple[int, Any]:
    """The next value and the line on which it begins; the position is then behind it. Raises DatasetError."""
    while len(array.text) - array.position < _CHUNK and not array.is_complete:
        array.extend()
    if not array.next_mark():
        expected = "an object, and ] at the end of the list"
        raise DatasetError(Problem(Location(file.name, array.line), "", "the end of the file in the list", expected))
    while True:
        try:
            value, end = _DECODER.raw_decode(array.text, array.position)
            refuse_deep_nesting(array.text[array.position : end])
        except RepeatedKeyError as error:
            raise _skip_member(array, _repeated_key(error, Location(file.name, array.line))) from error
        except RecursionError as error:
            raise DatasetError(_invalid_json(NestingError(), Location(file.name, array.line), _LIST)) from error
        except ValueError as error:
            # The object may continue beyond the chunk.
            is_syntax = isinstance(error, json.JSONDecodeError)
            if is_syntax and not array.is_complete and len(array.text) - array.position < MAX_LINE_BYTES:
                array.extend(50_000)
                continue
            line = array.line
            if not isinstance(error, json.JSONDecodeError):
                raise _skip_member(array, _invalid_json(error, Location(file.name, line), _LIST)) from error
            line += array.text.count("\n", array.position, error.pos)
            raise DatasetError(_invalid_json(error, Location(file.name, line), _LIST)) from error
        line = array.line
        array.advance(end)
        return line, value


def _yaml_objects(file: File, problems: Problems) -> Iterator[tuple[int, Any]]:
    """The items of one YAML list with their lines. One that has a key twice, or a tag, is a problem."""
    lines, length = [], 0
    for number, line in enumerate(read_lines(file), start=1):
        lines.append(line)
        length += len(line)
        if length > _MAX_YAML_CHARACTERS:
            got, expected = f"more than {_MAX_YAML_CHARACTERS:,} characters", "fewer: write JSON Lines instead"
            raise DatasetError(Problem(Location(file.name, number), "", got, expected))
    text = "".join(lines)
    try:
        refuse_unsafe_yaml(text, file.name)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        location = Location(file.name, mark.line + 1 if mark else 0)
        got = f"invalid YAML ({getattr(error, 'problem', error)})"
        raise DatasetError(Problem(location, "", got, "a list")) from error
    if node is None or (isinstance(node, yaml.ScalarNode) and node.tag == f"{YAML_TAGS}null"):
        return
    if not isinstance(node, yaml.SequenceNode):
        got = "a mapping" if isinstance(node, yaml.MappingNode) else "a text"
        raise DatasetError(Problem(Location(file.name), "", got, _LIST))
    for item in node.value:
        try:
            value = yaml_value(item, file.name)
        except DatasetError as error:
            problems.add(error.problem)
        else:
            yield item.start_mark.line + 1, value
