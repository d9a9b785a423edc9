"""``datapackage.json``: a description of the dataset as a Data Package (https://datapackage.org), version 2.

Older readers of version 1 understand it too: what version 2 adds stands beside what they expect.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from archive.csv_dialect import BETWEEN_VALUES
from archive.datasets.export.metadata import SPDX, ExportMetadata
from archive.datasets.schema import Column, RecordType, record_types

DATA_PACKAGE_FILE = "datapackage.json"
_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_MEDIA_TYPES = {".csv": "text/csv", ".jsonl": "application/jsonl", ".parquet": "application/vnd.apache.parquet"}
_URL = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class ResourceFile:
    """A file of records: its type, name, size in bytes and SHA-256 checksum."""

    record_type: RecordType
    name: str
    size: int
    checksum: str


def data_package(
    metadata: ExportMetadata, files: list[ResourceFile], more_resources: Iterable[dict[str, Any]] = ()
) -> bytes:
    """The content of ``datapackage.json``; the same for the same files. ``more_resources`` are files of no records."""
    names = {file.record_type.name for file in files}
    package: dict[str, Any] = {"$schema": _PROFILE, "name": _package_name(metadata.title), "title": metadata.title}
    package |= {
        key: value
        for key, value in (("description", metadata.description), ("version", metadata.version))
        if value
    }  # fmt: skip
    if metadata.licence:
        package["licenses"] = [_licence(metadata.licence)]
    if metadata.publisher:
        package["contributors"] = [{"title": metadata.publisher, "role": "publisher", "roles": ["publisher"]}]
    package["sources"] = list(_sources(files))
    package["resources"] = [*(_resource(file, names) for file in files), *more_resources]
    if not package["sources"]:
        del package["sources"]
    return (json.dumps(package, ensure_ascii=False, indent=1) + "\n").encode()


def _package_name(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:80] or "dataset"


def _licence(text: str) -> dict[str, str]:
    """By its identifier (SPDX, Open Definition) or address; a licence of other words by them."""
    if SPDX.fullmatch(text):
        return {"name": text}
    if _URL.fullmatch(text):
        return {"path": text}
    return {"name": "other", "title": text}


def _sources(files: list[ResourceFile]) -> Iterator[dict[str, str]]:
    """The resource with the documents that records cite: there may be thousands."""
    for file in files:
        if file.record_type.name == "sources":
            yield {
                "title": "The documents in the resource sources, which the resource citations names",
                "path": file.name,
            }


def _resource(file: ResourceFile, names: set[str]) -> dict[str, Any]:
    suffix = f".{file.name.rpartition('.')[2]}"
    resource: dict[str, Any] = {
        "name": file.record_type.name,
        "type": "table",
        "path": file.name,
        "title": str(file.record_type.model._meta.verbose_name_plural).capitalize(),
        "description": (file.record_type.model.__doc__ or "").strip().partition("\n")[0],
        "format": suffix[1:],
        "mediatype": _MEDIA_TYPES[suffix],
        "bytes": file.size,
        "hash": f"sha256:{file.checksum}",
    }
    if suffix != ".parquet":
        resource["encoding"] = "utf-8"
    if suffix == ".csv":
        resource["profile"] = "tabular-data-resource"
        resource["dialect"] = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True}
    resource["schema"] = _schema(file.record_type, names, is_text=suffix == ".csv")
    return resource


def _schema(record_type: RecordType, names: set[str], is_text: bool) -> dict[str, Any]:
    """``is_text``: whether cells are texts, in which several values stand with a separator between."""
    schema: dict[str, Any] = {"fields": [_field(record_type, column, is_text) for column in record_type.columns]}
    if is_text:
        schema["missingValues"] = [""]
    if all(_is_required(record_type, record_type.column(name)) for name in record_type.key):
        schema["primaryKey"] = list(record_type.key)
    else:
        schema["uniqueKeys"] = [list(record_type.key)]
    keys = [
        {
            "fields": [column.name],
            "reference": {"resource": "" if column.target == record_type.name else column.target, "fields": ["slug"]},
        }
        for column in record_type.columns
        if column.data_type == "relation" and record_types()[column.target].has_slug and column.target in names
    ]
    if keys:
        schema["foreignKeys"] = keys
    return schema


def _field(record_type: RecordType, column: Column, is_text: bool) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name,
        "type": _type(column, is_text),
        "description": " ".join(_description(column, is_text)),
    }
    constraints: dict[str, Any] = {}
    if _is_required(record_type, column):
        constraints["required"] = True
    if column.name == "slug" and record_type.has_slug:
        constraints["unique"] = True
    if column.field.choices:
        blank = [""] if not is_text and column.field.blank else []
        constraints["enum"] = [*blank, *(str(value) for value, _ in column.field.choices)]
    if constraints:
        field["constraints"] = constraints
    return field


def _type(column: Column, is_text: bool) -> str:
    match column.data_type:
        case "number":
            return "integer"
        case "boolean":
            return "boolean"
        case "relations":
            return "string" if is_text else "array"
        case "relation" if not record_types()[column.target].has_slug:
            return "string" if is_text else "array"
        case _:
            return "string"


def _description(column: Column, is_text: bool) -> Iterable[str]:
    yield str(column.field.help_text)
    if column.data_type == "date":
        yield "A date of the Extended Date/Time Format (ISO 8601-2)."
    elif column.data_type == "relation":
        target = record_types()[column.target]
        yield f"The slug of one of {column.target}." if target.has_slug else f"The key of one of {column.target}."
    elif column.data_type == "relations":
        yield f"Slugs of {column.target}{f', with {BETWEEN_VALUES} between' if is_text else ''}."


def _is_required(record_type: RecordType, column: Column) -> bool:
    """Whether every record of an export has a value: a relation may lead to a record that is not exported."""
    if not column.required or column.field.null:
        return False
    return not column.field.is_relation or column.name in record_type.model.visibility_parents
