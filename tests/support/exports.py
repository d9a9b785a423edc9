"""Runs exports and reads their files."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from archive.datasets.schema import Column, RecordType, record_types


def run_export(folder: Path, *words: str) -> tuple[str, str]:
    """Run the command; return its output and its warnings."""
    out, err = StringIO(), StringIO()
    call_command("export", str(folder), *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def file_contents(folder: Path) -> dict[str, bytes]:
    """File name -> content."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def exported_records(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Record type -> records, of an export as JSON Lines."""
    return {
        path.stem: [json.loads(line) for line in path.read_bytes().splitlines()]
        for path in sorted(folder.glob("*.jsonl"))
    }


def exported_slugs(folder: Path, type_name: str) -> list[str]:
    return [record["slug"] for record in exported_records(folder).get(type_name, [])]


def dangling_references(folder: Path) -> list[str]:
    """References to records that are not in the dataset."""
    records = exported_records(folder)
    types = record_types()
    keys = {name: {_key(types[name], record) for record in records.get(name, [])} for name in types}
    missing = []
    for name, record_type in types.items():
        for record in records.get(name, []):
            for column in record_type.columns:
                for value in _referenced_keys(column, record[column.name]):
                    if value not in keys[column.target]:
                        missing.append(f"{name} {column.name}: {value}")
    return missing


def _key(record_type: RecordType, record: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(str(record[name]) if isinstance(record[name], list) else record[name] for name in record_type.key)


def _referenced_keys(column: Column, value: Any) -> list[tuple[Any, ...]]:
    if not column.target or value is None:
        return []
    if column.data_type == "relations":
        return [(slug,) for slug in value]
    return [tuple(value)] if isinstance(value, list) else [(value,)]
