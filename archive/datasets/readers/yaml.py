"""Check of YAML before it is parsed."""

from __future__ import annotations

import yaml

from archive.datasets.problems import DatasetError, Location, Problem

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
