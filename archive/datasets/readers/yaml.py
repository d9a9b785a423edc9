"""Check of YAML before it is parsed, and its values with dates and keys as text."""

from __future__ import annotations

from typing import Any

import yaml

from archive.datasets.problems import DatasetError, Location, Problem, quote_value

#: libyaml's composer is recursive and overflows the C stack of a process at some ten thousand levels.
MAX_YAML_DEPTH = 64
_OPENING = (
    yaml.BlockSequenceStartToken, yaml.BlockMappingStartToken, yaml.FlowSequenceStartToken, yaml.FlowMappingStartToken,
)  # fmt: skip
_CLOSING = (yaml.BlockEndToken, yaml.FlowSequenceEndToken, yaml.FlowMappingEndToken)


def refuse_unsafe_yaml(data: bytes | str, file: str) -> None:
    """Raise DatasetError for YAML with anchors or aliases (a few lines could unfold into gigabytes) or deep nesting.

    Raises yaml.YAMLError for what can't be divided into tokens.
    """
    depth = 0
    for token in yaml.scan(data, Loader=yaml.CSafeLoader):
        if isinstance(token, (yaml.AliasToken, yaml.AnchorToken)):
            line = token.start_mark.line + 1
            got, expected = f"an anchor or alias in line {line}", "YAML without any: write the value out"
            raise DatasetError(Problem(Location(file), "", got, expected))
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > MAX_YAML_DEPTH:
            got = f"lists or mappings nested more than {MAX_YAML_DEPTH} deep in line {token.start_mark.line + 1}"
            raise DatasetError(Problem(Location(file), "", got, f"at most {MAX_YAML_DEPTH} levels"))


YAML_TAGS = "tag:yaml.org,2002:"
#: Types of which a value is made; other scalars are the text that is written: 2019-06-31 is a date to nobody else.
_CONSTRUCTORS = {
    f"{YAML_TAGS}{name}": getattr(yaml.constructor.SafeConstructor, f"construct_yaml_{name}")
    for name in ("null", "bool", "int", "float")
}
_TEXT_TAGS = frozenset(f"{YAML_TAGS}{name}" for name in ("str", "timestamp", "value", "merge"))


def yaml_value(node: yaml.Node, file: str) -> Any:
    """The value of a node: numbers, booleans and null as such, all other scalars and all keys as text.

    Raises DatasetError with the line for a repeated key, a tag, and what is no value of its tag.
    """
    line = node.start_mark.line + 1
    if isinstance(node, yaml.CollectionNode) and node.tag not in (f"{YAML_TAGS}map", f"{YAML_TAGS}seq"):
        raise _error(file, line, f"the tag {node.tag[:64]}", "values without tags")
    if isinstance(node, yaml.SequenceNode):
        return [yaml_value(item, file) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        members: dict[str, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise _error(file, line, "a list or mapping as a key", "a text before the colon")
            key = str(key_node.value)
            if key in members:
                location = Location(file, key_node.start_mark.line + 1)
                raise DatasetError(Problem(location, key[:64], "this key twice", "each once", code="JSON"))
            members[key] = yaml_value(value_node, file)
        return members
    if node.tag in _TEXT_TAGS:
        return str(node.value)
    constructor = _CONSTRUCTORS.get(node.tag)
    if constructor is None:
        raise _error(file, line, f"the tag {node.tag[:64]}", "values without tags")
    try:
        return constructor(yaml.constructor.SafeConstructor(), node)
    except (ValueError, KeyError, IndexError) as error:
        got = f"{quote_value(node.value)} as {node.tag.removeprefix(YAML_TAGS)}"
        raise _error(file, line, got, "a value without a tag") from error


def _error(file: str, line: int, got: str, expected: str) -> DatasetError:
    return DatasetError(Problem(Location(file, line), "", got, expected, code="YAML"))
