"""Readers of JSON Lines and of Django fixtures in JSON, JSON Lines and YAML. JSON is streamed, YAML held in memory."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
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
from archive.datasets.readers.yaml import refuse_unsafe_yaml
from archive.datasets.schema import RecordType, find_record_type, record_types
from archive.models.fields import DERIVED
from archive.text import closest_match

_MAX_YAML_CHARACTERS = 50_000_000
#: Characters of a JSON array that are decoded at a time.
_CHUNK = 1 << 20
#: Fields of a fixture that the archive sets itself.
_SET_BY_THE_ARCHIVE = frozenset({"id", "version", "public_version", "created_at", "updated_at", "sequence"})


def read_json_lines(file: File, problems: Problems, type_name: str = "") -> Iterator[Batch]:
    """Records of the type that the file is named after, or a fixture if the first object is of one."""
    batcher = Batcher(file.name, problems)
    record_type: RecordType | None = None
    is_empty = True
    objects = decoded_lines(file, problems)
    for line, row in objects:
        if is_empty and _is_fixture_object(row):
            yield from _fixture_batches(chain([(line, row)], objects), file.name, problems)
            return
        is_empty = False
        if not isinstance(row, dict):
            problems.add(Problem(Location(file.name, line), "", quote_value(row), "an object", code="JSON"))
            continue
        record_type = record_type or find_record_type(type_name or PurePosixPath(file.name).stem, file.name, row)
        yield from batcher.add(record_type, line, row)
    if is_empty and not problems.errors:
        raise DatasetError(Problem(Location(file.name), "", "an empty file", "one JSON object a line"))
    yield from batcher.flush()


def read_fixture(file: File, problems: Problems) -> Iterator[Batch]:
    """The records of a fixture in JSON or YAML. Raises DatasetError for what is neither."""
    objects = _yaml_objects(file) if file.name.endswith((".yaml", ".yml")) else _json_objects(file)
    yield from _fixture_batches(objects, file.name, problems)


def decoded_lines(file: File, problems: Problems) -> Iterator[tuple[int, Any]]:
    """The lines that are JSON, with their numbers; any other line is a problem."""
    decode = msgspec.json.Decoder().decode
    for line, text in enumerate(read_lines(file), start=1):
        if not text.isspace():
            location = Location(file.name, line)
            try:
                row = decode(text)
                # The decoder takes the last of equal keys. Only where there may be some, a slower one looks for them.
                if text.count('":') != _member_count(row):
                    json.loads(text, object_pairs_hook=_unique_members)
            except msgspec.DecodeError as error:
                got, expected = f"invalid JSON ({error})", "one object on the line"
                problems.add(Problem(location, "", got, expected, code="JSON"))
            except _RepeatedKeyError as error:
                problems.add(error.problem(location))
            else:
                yield line, row


class _RepeatedKeyError(ValueError):
    """An object has a key twice."""

    def problem(self, location: Location) -> Problem:
        return Problem(location, str(self)[:64], "this key twice", "each once", code="JSON")


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of these members. Raises _RepeatedKeyError."""
    members = dict(pairs)
    if len(members) < len(pairs):
        keys = [key for key, _ in pairs]
        raise _RepeatedKeyError(next(key for key in keys if keys.count(key) > 1))
    return members


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
    records = _fixture_records(objects, types, file, problems)
    for record_type, line, fields in resolve_keys(records, file, problems):
        yield from batcher.add(record_type, line, fields)
    yield from batcher.flush()


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


def _json_objects(file: File) -> Iterator[tuple[int, Any]]:
    """The members of one JSON array, each with the line on which it begins, decoded chunk by chunk."""
    decoder = json.JSONDecoder(object_pairs_hook=_unique_members)
    text, position, line, is_complete = "", 0, 1, False
    lines = read_lines(file)
    separators = " \t\r\n,["
    while True:
        while not is_complete and len(text) - position < _CHUNK:
            more = "".join(islice(lines, 2_000))
            is_complete = not more
            text, position = text[position:] + more, 0
        start = _skip(text, position, separators)
        line += text.count("\n", position, start)
        separators, position = " \t\r\n,", start
        if position >= len(text) or text[position] == "]":
            return
        try:
            value, end = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            # The object may continue beyond the chunk.
            if not is_complete and len(text) - position < MAX_LINE_BYTES:
                more = "".join(islice(lines, 50_000))
                text, position, is_complete = text[position:] + more, 0, not more
                continue
            location = Location(file.name, line + text.count("\n", position, error.pos))
            raise DatasetError(Problem(location, "", f"invalid JSON ({error.msg})", "a list of objects")) from error
        except _RepeatedKeyError as error:
            raise DatasetError(error.problem(Location(file.name, line))) from error
        yield line, value
        line += text.count("\n", position, end)
        position = end


def _skip(text: str, position: int, characters: str) -> int:
    while position < len(text) and text[position] in characters:
        position += 1
    return position


def _yaml_objects(file: File) -> Iterator[tuple[int, Any]]:
    text = "".join(read_lines(file))
    if len(text) > _MAX_YAML_CHARACTERS:
        got, expected = f"{len(text):,} characters", f"at most {_MAX_YAML_CHARACTERS:,}: write JSON Lines instead"
        raise DatasetError(Problem(Location(file.name), "", got, expected))
    try:
        refuse_unsafe_yaml(text, file.name)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        values = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        location = Location(file.name, mark.line + 1 if mark else 0)
        got = f"invalid YAML ({getattr(error, 'problem', error)})"
        raise DatasetError(Problem(location, "", got, "a list")) from error
    if values is None:
        return
    if not isinstance(values, list) or not isinstance(node, yaml.SequenceNode):
        raise DatasetError(Problem(Location(file.name), "", f"a {type(values).__name__}", "a list of objects"))
    for item, value in zip(node.value, values, strict=True):
        try:
            _require_unique_keys(item)
        except _RepeatedKeyError as error:
            raise DatasetError(error.problem(Location(file.name, item.start_mark.line + 1))) from error
        yield item.start_mark.line + 1, _dates_as_text(value)


def _require_unique_keys(node: yaml.Node) -> None:
    """Raises _RepeatedKeyError for a mapping in the node that has a key twice."""
    if isinstance(node, yaml.MappingNode):
        _unique_members([(str(key.value), None) for key, _ in node.value])
        for _, value in node.value:
            _require_unique_keys(value)


def _dates_as_text(value: object) -> Any:
    """The value with EDTF text instead of the dates that YAML makes of 2019-07-12."""
    if isinstance(value, dict):
        return {key: _dates_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(item) for item in value]
    return value.isoformat() if isinstance(value, (datetime.date, datetime.datetime)) else value
