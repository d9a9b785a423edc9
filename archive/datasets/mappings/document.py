"""YAML of a mapping as values with line numbers. Every scalar is text: ``010`` stays "010", and ``NO`` is Norway."""

from __future__ import annotations

from dataclasses import dataclass

import yaml

from archive.datasets.problems import DatasetError, Location, Problem
from archive.datasets.readers.yaml import refuse_unsafe_yaml

MAX_BYTES = 262_144
_NULL = "tag:yaml.org,2002:null"
_CORE = "tag:yaml.org,2002:"
_CORE_TYPES = frozenset({"str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value", "binary"})


@dataclass(frozen=True, slots=True)
class Value:
    """A YAML value and the line on which it begins: text, None for null, a list, or a mapping with text keys."""

    content: str | list[Value] | dict[str, Value] | None
    line: int

    @property
    def kind(self) -> str:
        """The kind of the value, for messages."""
        if self.content is None:
            return "nothing"
        return {str: "a text", list: "a list", dict: "a mapping"}[type(self.content)]


def parse_document(data: bytes, file: str) -> Value:
    """The document's value. Raises DatasetError for more than ``MAX_BYTES``, invalid YAML, aliases, repeated keys."""
    if len(data) > MAX_BYTES:
        raise _error(file, 0, f"more than {MAX_BYTES:,} bytes", "a shorter mapping")
    try:
        text = data.decode("utf-8-sig")
        refuse_unsafe_yaml(text, file)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _error(file, line, f"the byte {data[error.start]:#04x}", "a text file in UTF-8") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        got = f"invalid YAML ({getattr(error, 'problem', None) or error})"
        raise _error(file, mark.line + 1 if mark else 0, got, "YAML such as name: Headline") from error
    return _value(node, file) if node is not None else Value(None, 1)


def _value(node: yaml.Node, file: str) -> Value:
    line = node.start_mark.line + 1
    if node.tag.removeprefix(_CORE) not in _CORE_TYPES:
        raise _error(file, line, f"the tag {node.tag[:64]}", "values without tags")
    if isinstance(node, yaml.ScalarNode):
        return Value(None if node.tag == _NULL else node.value, line)
    if isinstance(node, yaml.SequenceNode):
        return Value([_value(item, file) for item in node.value], line)
    content: dict[str, Value] = {}
    for key_node, value_node in node.value:
        key_line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise _error(file, key_line, "a list or mapping as a key", "a text before the colon")
        key = str(key_node.value)
        if key in content:
            expected = f"it once: line {content[key].line} has it already"
            raise _error(file, key_line, f"the key '{key[:64]}' twice", expected)
        content[key] = _value(value_node, file)
    return Value(content, line)


def _error(file: str, line: int, got: str, expected: str) -> DatasetError:
    return DatasetError(Problem(Location(file, line), "", got, expected))
