"""JSON documents of other formats: objects that know their line, the objects at a path, and all paths with a value."""

from __future__ import annotations

import bisect
import json
from collections import Counter
from collections.abc import Iterator
from json import scanner
from typing import Any

from archive.datasets.mappings.rows import PLAIN_VALUE, Row
from archive.datasets.problems import DatasetError, Location, Problem, Problems, quote_value
from archive.datasets.readers.files import File, read_lines
from archive.datasets.readers.json import decoded_lines
from archive.strict_json import NestingError, refuse_constant, refuse_deep_nesting, repeated_key

_MAX_CHARACTERS = 50_000_000
_MAX_PATH = 16
_EXPECTED = "JSON: a list of objects, or an object with lists of them"


class JsonObject(dict[str, Any]):
    """An object and the line on which it begins."""

    __slots__ = ("line",)
    line: int


class _Decoder(json.JSONDecoder):
    """Decoder that makes each object a :class:`JsonObject`, and numbers the text that is written.

    A key that an object has twice is a problem.
    """

    def __init__(self, text: str, file: File, problems: Problems) -> None:
        super().__init__(object_pairs_hook=list, parse_float=number_text, parse_int=str, parse_constant=refuse_constant)
        self._line_ends = [index for index, letter in enumerate(text) if letter == "\n"]
        parse_object: Any = json.decoder.JSONObject  # type: ignore[attr-defined]

        def parse_with_line(position: tuple[str, int], *args: object) -> tuple[JsonObject, int]:
            line = bisect.bisect_left(self._line_ends, position[1]) + 1
            pairs, end = parse_object(position, *args)
            parsed = JsonObject(pairs)
            parsed.line = line
            if len(parsed) < len(pairs):
                got = f"the key {quote_value(repeated_key(pairs))} twice"
                problems.add(_error(file, line, got, "each once").problem)
            return parsed, end

        self.parse_object = parse_with_line
        self.scan_once = scanner.py_make_scanner(self)  # type: ignore[attr-defined]


def read_document(file: File, problems: Problems) -> Any:
    """The document; a SPARQL result as the list of its solutions. Raises DatasetError for what is no JSON."""
    text = ""
    for line in read_lines(file):
        text += line
        if len(text) > _MAX_CHARACTERS:
            expected = f"at most {_MAX_CHARACTERS:,}: write JSON Lines instead"
            raise _error(file, 0, f"more than {_MAX_CHARACTERS:,} characters", expected)
    try:
        refuse_deep_nesting(text)
        document = _Decoder(text, file, problems).decode(text)
    except json.JSONDecodeError as error:
        raise _error(file, error.lineno, f"invalid JSON ({error.msg})", _EXPECTED) from error
    except NestingError as error:
        raise _error(file, 0, str(error), _EXPECTED) from error
    except ValueError as error:
        raise _error(file, 0, f"invalid JSON ({error})", _EXPECTED) from error
    if not isinstance(document, dict | list):
        raise _error(file, 1, "no object and no list", _EXPECTED)
    return _solutions(document) if _is_sparql_result(document) else document


def number_text(text: str) -> str:
    """A decimal number as it is written, but for a whole one such as 2019.0, as spreadsheets write years."""
    whole, _, decimals = text.partition(".")
    return whole if decimals and not decimals.strip("0") else text


def read_lines_of_json(file: File, problems: Problems) -> Iterator[JsonObject]:
    """The object of each line; another line is a problem."""
    for line, value in decoded_lines(file, problems, number_text):
        if not isinstance(value, dict):
            problems.add(Problem(Location(file.name, line), "", "no object", "an object", code="JSON"))
            continue
        parsed = JsonObject(value)
        parsed.line = line
        yield parsed


def rows_at(document: object, path: tuple[str, ...], parent: Row | None = None, place: str = "") -> Iterator[Row]:
    """The objects at a path, through lists; of a plain value in a list a row with the column ``value``.

    Their places count the items of lists from 0, as JSONPath does.
    """
    if isinstance(document, list):
        for index, item in enumerate(document):
            yield from rows_at(item, path, parent, f"{place}[{index}]")
    elif isinstance(document, dict):
        row = Row(getattr(document, "line", parent.line if parent else 1), document, parent, place)
        if not path:
            yield row
        elif document.get(path[0]) is not None:
            yield from rows_at(document[path[0]], path[1:], row, f"{place}.{path[0]}" if place else path[0])
    elif not path:
        yield Row(parent.line if parent else 1, {PLAIN_VALUE: document}, parent, place)


def leaf_paths(value: object, path: tuple[str, ...], seen: Counter[tuple[str, ...]]) -> None:
    """Count the paths of plain values that are not empty, and of objects at the greatest depth."""
    if isinstance(value, dict) and len(path) < _MAX_PATH:
        for name, item in value.items():
            leaf_paths(item, (*path, name), seen)
    elif isinstance(value, list):
        for item in value:
            leaf_paths(item, path, seen)
    elif value not in (None, ""):
        seen[path] += 1


def _is_sparql_result(document: Any) -> bool:
    """Whether it is a result in the SPARQL 1.1 Query Results JSON Format."""
    results = document.get("results") if isinstance(document, dict) else None
    return isinstance(results, dict) and isinstance(results.get("bindings"), list) and "head" in document


def _solutions(document: Any) -> list[JsonObject]:
    """Each solution as an object of plain values; variables without a value are empty."""
    head = document["head"]
    variables = head.get("vars", []) if isinstance(head, dict) else []
    solutions = []
    for binding in document["results"]["bindings"]:
        if not isinstance(binding, JsonObject):
            continue
        solution = JsonObject(dict.fromkeys(variables))
        solution.update({name: item.get("value") for name, item in binding.items() if isinstance(item, dict)})
        solution.line = binding.line
        solutions.append(solution)
    return solutions


def _error(file: File, line: int, got: str, expected: str) -> DatasetError:
    return DatasetError(Problem(Location(file.name, line), "", got, expected))
