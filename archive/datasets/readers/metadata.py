"""Reader of ``dataset.yaml``."""

from __future__ import annotations

import yaml

from archive.datasets.problems import DatasetError, Location, Problem, Problems, quote_value
from archive.datasets.readers.files import File
from archive.datasets.readers.yaml import refuse_unsafe_yaml
from archive.datasets.schema import METADATA_KEYS, Metadata
from archive.text import closest_match

_MAX_BYTES = 65_536


def read_metadata(file: File, problems: Problems) -> Metadata:
    """The metadata; unknown keys are problems. Raises DatasetError for what is not a short YAML mapping."""
    data = file.stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise _error(file.name, f"{len(data):,} bytes", f"at most {_MAX_BYTES:,}")
    try:
        refuse_unsafe_yaml(data, file.name)
        content = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f" in line {mark.line + 1}" if mark else ""
        raise _error(file.name, f"{getattr(error, 'problem', None) or error}{line}", "YAML") from error
    if content is None:
        return Metadata()
    if not isinstance(content, dict):
        raise _error(file.name, f"a {type(content).__name__}", "lines such as title: Talks of July 2019")
    values: dict[str, str] = {}
    for key, value in content.items():
        if key not in METADATA_KEYS:
            suggestion = closest_match(str(key), list(METADATA_KEYS))
            expected = f"one of {', '.join(METADATA_KEYS)}"
            problems.add(Problem(Location(file.name), "", quote_value(str(key)), expected, suggestion, "unknown key"))
        elif isinstance(value, (dict, list)):
            problems.add(Problem(Location(file.name), key, f"a {type(value).__name__}", "one value", code="key"))
        elif key in Metadata.__dataclass_fields__ and value is not None:
            values[key] = " ".join(str(value).split())
    return Metadata(**values)


def _error(file: str, got: str, expected: str) -> DatasetError:
    return DatasetError(Problem(Location(file), "", got, expected))
