"""JSON Lines and Django fixtures (json, jsonl, yaml) into batches; JSON is read as a stream, YAML is held in memory."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

import msgspec
import yaml
from django.apps import apps

from archive.datasets import schema
from archive.datasets.batches import Batch, Gatherer, kind_of
from archive.datasets.metadata import refuse_aliases
from archive.datasets.problems import DatasetError, Place, Problem, Problems, quoted
from archive.datasets.readers import fixture_keys
from archive.datasets.readers.files import File
from archive.datasets.readers.text import MOST_BYTES, lines
from archive.models.fields import DERIVED
from archive.sql.suggestions import suggest_word

_MOST_YAML = 50_000_000
_CHUNK = 1 << 20
_MADE = frozenset({"id", "version", "public_version", "created_at", "updated_at", "sequence"})


def read_lines(file: File, problems: Problems, named: str = "") -> Iterator[Batch]:
    """JSON Lines: records of the kind that the file's name says, or a fixture's objects."""
    gatherer = Gatherer(file.name, problems)
    decode = msgspec.json.Decoder().decode
    kind: schema.Kind | None = None
    empty = True
    for number, line in enumerate(lines(file.stream, file.name), start=1):
        if line.isspace():
            continue
        try:
            row = decode(line)
        except msgspec.DecodeError as error:
            problems.add(
                Problem(Place(file.name, number), "", f"no JSON ({error})", "one object on the line", sort="JSON")
            )
            continue
        if empty and _is_fixture(row):
            yield from _fixture_lines(file, problems, number, row, decode)
            return
        empty = False
        if not isinstance(row, dict):
            problems.add(Problem(Place(file.name, number), "", quoted(row), "an object", sort="JSON"))
            continue
        kind = kind or kind_of(named or PurePosixPath(file.name).stem, file.name, row)
        yield from gatherer.add(kind, number, row)
    if empty and not problems.errors:
        raise DatasetError(Problem(Place(file.name), "", "an empty file", "one JSON object a line"))
    yield from gatherer.rest()


def _is_fixture(row: Any) -> bool:
    return isinstance(row, dict) and "model" in row and "fields" in row


def _fixture_lines(file: File, problems: Problems, number: int, first: Any, decode: Any) -> Iterator[Batch]:
    def objects() -> Iterator[tuple[int, Any]]:
        yield number, first
        for line_number, line in enumerate(lines(file.stream, file.name), start=number + 1):
            if not line.isspace():
                try:
                    yield line_number, decode(line)
                except msgspec.DecodeError as error:
                    place = Place(file.name, line_number)
                    problems.add(Problem(place, "", f"no JSON ({error})", "one object on the line", sort="JSON"))

    yield from _fixture(objects(), file.name, problems)


@lru_cache(maxsize=1)
def _unread() -> set[str]:
    """Models of the archive that a dump may hold and that are no records: revisions above all."""
    return {model._meta.label_lower for model in apps.get_app_config("archive").get_models()}


def read_fixture(file: File, problems: Problems) -> Iterator[Batch]:
    """A fixture in JSON or YAML. Raises DatasetError for what is neither."""
    objects = _yaml_objects(file) if file.name.endswith((".yaml", ".yml")) else _json_objects(file)
    yield from _fixture(objects, file.name, problems)


def _fixture(objects: Iterator[tuple[int, Any]], file: str, problems: Problems) -> Iterator[Batch]:
    kinds = {f"archive.{kind.model._meta.model_name}": kind for kind in schema.kinds().values()}
    ignored = _MADE | {
        field.name
        for kind in kinds.values()
        for field in kind.model._meta.concrete_fields
        if isinstance(field, DERIVED)
    }
    gatherer = Gatherer(file, problems, frozenset(ignored))
    for kind, line, fields in fixture_keys.resolved(_records(objects, kinds, file, problems), file, problems):
        yield from gatherer.add(kind, line, fields)
    yield from gatherer.rest()


def _records(
    objects: Iterator[tuple[int, Any]], kinds: dict[str, schema.Kind], file: str, problems: Problems
) -> Iterator[fixture_keys.Read]:
    empty = True
    for line, found in objects:
        empty = False
        place = Place(file, line)
        if not _is_fixture(found) or not isinstance(found["fields"], dict):
            problems.add(Problem(place, "", quoted(found), "an object with model and fields", sort="JSON"))
            continue
        model = str(found["model"]).lower()
        if model in kinds:
            yield kinds[model], line, found.get("pk"), found["fields"]
        elif model not in _unread():
            near = suggest_word(str(found["model"]), list(kinds))
            problems.add(
                Problem(place, "model", quoted(found["model"]), "a record of the archive", near, "unknown model")
            )
    if empty and not problems.errors:
        raise DatasetError(Problem(Place(file), "", "an empty fixture", "objects with model and fields"))


def _json_objects(file: File) -> Iterator[tuple[int, Any]]:
    """The members of one JSON array, each with the line on which it begins, without holding the whole."""
    decoder, text, at, line, ended = json.JSONDecoder(), "", 0, 1, False
    source = lines(file.stream, file.name)
    opened = False
    while True:
        while not ended and len(text) - at < _CHUNK:
            more = "".join(one for _, one in zip(range(2_000), source, strict=False))
            ended = not more
            text, at = text[at:] + more, 0
        start = _skip(text, at, " \t\r\n" + (",[" if not opened else ","))
        line += text.count("\n", at, start)
        opened, at = True, start
        if at >= len(text) or text[at] == "]":
            return
        try:
            found, stop = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            if not ended and len(text) - at < MOST_BYTES:
                text, at, grown = text[at:], 0, "".join(one for _, one in zip(range(50_000), source, strict=False))
                text, ended = text + grown, not grown
                continue
            place = Place(file.name, line + text.count("\n", at, error.pos))
            raise DatasetError(Problem(place, "", f"no JSON ({error.msg})", "a list of objects")) from error
        yield line, found
        line += text.count("\n", at, stop)
        at = stop


def _skip(text: str, at: int, blank: str) -> int:
    while at < len(text) and text[at] in blank:
        at += 1
    return at


def _yaml_objects(file: File) -> Iterator[tuple[int, Any]]:
    text = "".join(lines(file.stream, file.name))
    if len(text) > _MOST_YAML:
        got = f"{len(text):,} characters"
        raise DatasetError(Problem(Place(file.name), "", got, f"at most {_MOST_YAML:,}: write JSON Lines instead"))
    try:
        refuse_aliases(text, file.name)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
        found = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = Place(file.name, mark.line + 1 if mark else 0)
        raise DatasetError(Problem(place, "", f"no YAML ({getattr(error, 'problem', error)})", "a list")) from error
    if found is None:
        return
    if not isinstance(found, list) or not isinstance(node, yaml.SequenceNode):
        raise DatasetError(Problem(Place(file.name), "", f"a {type(found).__name__}", "a list of objects"))
    for entry, one in zip(node.value, found, strict=True):
        yield entry.start_mark.line + 1, _plain(one)


def _plain(value: Any) -> Any:
    """YAML reads 2019-07-12 as a date: as text it is EDTF."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, (datetime.date, datetime.datetime)) else value
