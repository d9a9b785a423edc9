"""The rows that a merge changes, deletes and adds; stored as JSON, by which the merge is undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Model

from archive.revisions.json_values import dump_node, dump_values, json_value, load_node, model_of
from archive.revisions.state import Key, Node


@dataclass(slots=True)
class RowChange:
    """New values of a stored row: by attname the value before and after, by link the ids removed and added."""

    model: Any
    pk: int
    values: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    links: dict[str, tuple[list[int], list[int]]] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.model, self.pk

    def link(self, name: str, removed: list[int], added: list[int]) -> None:
        """Add to the ids removed from a link and added to it."""
        before = self.links.get(name, ([], []))
        self.links[name] = ([*before[0], *removed], [*before[1], *added])

    def reversed(self) -> RowChange:
        """The change that undoes this one."""
        values = {name: (after, before) for name, (before, after) in self.values.items()}
        links = {name: (added, removed) for name, (removed, added) in self.links.items()}
        return RowChange(self.model, self.pk, values, links)


@dataclass(frozen=True, slots=True)
class RowDeletion:
    """A deleted row as it was, and the row that stands for it; None if it would link a record with itself."""

    node: Node
    into: Key | None


@dataclass(slots=True)
class RowAddition:
    """A new row, by attname; ``pk`` once it is stored."""

    model: Any
    values: dict[str, Any]
    pk: int | None = None


@dataclass(slots=True)
class Changes:
    """All changes of a merge. The deletions are in the order in which they are made: parts before what they are of."""

    rows: dict[Key, RowChange] = field(default_factory=dict)
    deletions: list[RowDeletion] = field(default_factory=list)
    additions: list[RowAddition] = field(default_factory=list)
    #: Notes and attachments that move, and earlier merges whose slugs lead to the target from now on.
    notes: list[int] = field(default_factory=list)
    redirects: list[int] = field(default_factory=list)
    attachments: list[int] = field(default_factory=list)

    def row(self, key: Key) -> RowChange:
        return self.rows.setdefault(key, RowChange(*key))

    def keys(self) -> set[Key]:
        """The stored rows that are changed or deleted."""
        return {*self.rows, *(deletion.node.key for deletion in self.deletions)}

    def ordered_rows(self) -> Iterator[RowChange]:
        """The changed rows in an order that all merges lock them in."""
        for key in sorted(self.rows, key=lambda key: (key[0]._meta.label, key[1])):
            yield self.rows[key]

    def dump(self) -> dict[str, Any]:
        return {
            "rows": [
                {
                    "kind": row.model._meta.model_name,
                    "id": row.pk,
                    "values": {name: [json_value(value) for value in pair] for name, pair in row.values.items()},
                    "links": row.links,
                }
                for row in self.rows.values()
            ],
            "deletions": [
                {
                    **dump_node(deletion.node),
                    "version": deletion.node.version,
                    "created_at": deletion.node.created_at.isoformat(),
                    "into": _reference(deletion.into) if deletion.into else None,
                }
                for deletion in self.deletions
            ],
            "additions": [
                {**_reference((addition.model, addition.pk)), "values": dump_values(addition.values)}
                for addition in self.additions
            ],
            "notes": self.notes,
            "redirects": self.redirects,
            "attachments": self.attachments,
        }

    @classmethod
    def load(cls, data: dict[str, Any]) -> Changes:
        changes = cls(notes=data["notes"], redirects=data["redirects"], attachments=data.get("attachments", []))
        for row in data["rows"]:
            model = model_of(row["kind"])
            values = {name: tuple(_load(model, name, value) for value in pair) for name, pair in row["values"].items()}
            links = {name: (pair[0], pair[1]) for name, pair in row["links"].items()}
            change = RowChange(model, row["id"], values, links)  # type: ignore[arg-type]
            changes.rows[change.key] = change
        for row in data["deletions"]:
            node = load_node(row, row["version"], datetime.fromisoformat(row["created_at"]))
            into = (model_of(row["into"]["kind"]), row["into"]["id"]) if row["into"] else None
            changes.deletions.append(RowDeletion(node, into))
        for row in data["additions"]:
            model = model_of(row["kind"])
            values = {name: _load(model, name, value) for name, value in row["values"].items()}
            changes.additions.append(RowAddition(model, values, row["id"]))
        return changes


def _reference(key: tuple[Any, int | None]) -> dict[str, Any]:
    return {"kind": key[0]._meta.model_name, "id": key[1]}


def _load(model: type[Model], attname: str, value: object) -> Any:
    column = next(column for column in model._meta.concrete_fields if column.attname == attname)
    return value if value is None else column.to_python(value)
