"""Running an export, and reading what it wrote."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command

from archive.datasets import schema


def export(folder: Path, *words: str) -> tuple[str, str]:
    """Run the command; what it said, and what it warned of."""
    out, err = StringIO(), StringIO()
    call_command("export", str(folder), *words, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def contents(folder: Path) -> dict[str, bytes]:
    """Name of each file -> its bytes."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def records(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Kind -> its records, of an export as JSON Lines."""
    return {
        path.stem: [json.loads(line) for line in path.read_bytes().splitlines()]
        for path in sorted(folder.glob("*.jsonl"))
    }


def slugs(folder: Path, kind: str) -> list[str]:
    return [record["slug"] for record in records(folder).get(kind, [])]


def dangling(folder: Path) -> list[str]:
    """References to records that are not in the dataset."""
    found = records(folder)
    keys = {name: {_key(kind, one) for one in found.get(name, [])} for name, kind in schema.kinds().items()}
    missing = []
    for name, kind in schema.kinds().items():
        for record in found.get(name, []):
            for column in kind.columns:
                for value in _referred(column, record[column.name]):
                    if value not in keys[column.target]:
                        missing.append(f"{name} {column.name}: {value}")
    return missing


def _key(kind: schema.Kind, record: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(str(record[name]) if isinstance(record[name], list) else record[name] for name in kind.key)


def _referred(column: schema.Column, value: Any) -> list[tuple[Any, ...]]:
    if not column.target or value is None:
        return []
    if column.form == "relations":
        return [(one,) for one in value]
    return [tuple(value)] if isinstance(value, list) else [(value,)]
