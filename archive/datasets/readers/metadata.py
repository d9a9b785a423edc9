"""Reader of ``dataset.yaml``."""

from __future__ import annotations

from archive.datasets.mappings.document import parse_document
from archive.datasets.problems import DatasetError, Location, Problem, Problems, quote_value
from archive.datasets.readers.files import File
from archive.datasets.schema import METADATA_KEYS, Metadata
from archive.text import closest_match, first_invisible, is_storable

_MAX_BYTES = 65_536


def read_metadata(file: File, problems: Problems) -> Metadata:
    """The metadata; unknown keys are problems. Raises DatasetError for what is not a short YAML mapping."""
    data = file.stream.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise _error(file.name, f"{len(data):,} bytes", f"at most {_MAX_BYTES:,}")
    document = parse_document(data, file.name)
    if document.content is None:
        return Metadata()
    if not isinstance(document.content, dict):
        raise _error(file.name, document.kind, "lines such as title: Talks of July 2019")
    values: dict[str, str] = {}
    for key, value in document.content.items():
        location = Location(file.name, value.line)
        if key not in METADATA_KEYS:
            suggestion = closest_match(key, list(METADATA_KEYS))
            expected = f"one of {', '.join(METADATA_KEYS)}"
            problems.add(Problem(location, "", quote_value(key), expected, suggestion, "unknown key"))
        elif isinstance(value.content, (dict, list)):
            problems.add(Problem(location, key, value.kind, "one value", code="key"))
        elif key in Metadata.__dataclass_fields__ and value.content is not None:
            text = " ".join(value.content.split())
            if unseen := first_invisible(text) or ("" if is_storable(text) else quote_value(text)):
                expected = "text without characters that can't be seen or stored"
                problems.add(Problem(location, key, unseen, expected, code="characters"))
            else:
                values[key] = text
    return Metadata(**values)


def _error(file: str, got: str, expected: str) -> DatasetError:
    return DatasetError(Problem(Location(file), "", got, expected))
