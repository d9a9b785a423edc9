"""What storing an earlier version again would change, and what of it can't come back; nothing is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from archive.choices import Status
from archive.dates import PartialDate
from archive.revisions.names import Names
from archive.revisions.state import Key, Node, Tree
from archive.revisions.version import Version


@dataclass(frozen=True, slots=True)
class Loss:
    """Something of the version that can't come back: which part, which field, what stood there, and why."""

    part: str
    name: str
    value: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.part}, {self.name}" if self.part and self.name else self.part or self.name
        return f"{where}: '{self.value}' {self.reason}"


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between the version and what is stored; ``then`` and ``now`` are texts, None where it was not."""

    part: str
    name: str
    then: str | None
    now: str | None


@dataclass(frozen=True, slots=True)
class Relink:
    """A link from another record that went with the deletion and is set again."""

    row: Any
    field: Any
    target: Key


@dataclass(slots=True)
class Plan:
    """The version, what is stored, and what follows from comparing them."""

    version: Version
    names: Names
    target: Tree
    stored: Tree
    losses: list[Loss] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: Why nothing of it can be stored.
    refusals: list[str] = field(default_factory=list)
    relinks: list[Relink] = field(default_factory=list)

    @property
    def is_recovery(self) -> bool:
        return self.version.stored is None

    @property
    def token(self) -> str:
        """Changes whenever the record, a part or a link of it is saved: a form that shows another is stale."""
        rows = sorted((key[0]._meta.label, key[1], node.version, str(node.links)) for key, node in self.stored.items())
        number = self.version.stored.version if self.version.stored is not None else 0
        return f"{number}-{hashlib.sha256(str(rows).encode()).hexdigest()[:16]}"

    @property
    def status_then(self) -> str | None:
        return self.version.root().values.get("status")

    @property
    def removed(self) -> list[Node]:
        """Stored parts that the version does not have."""
        return [node for key, node in self.stored.items() if key not in self.target]

    def changes(self) -> list[Change]:
        """The differences, the record's own first; of parts, what comes back, goes or changes."""
        found: list[Change] = []
        for key, node in self.target.items():
            now = self.stored.get(key)
            part = "" if node.via is None else self.part_name(node)
            if now is None and node.via is not None:
                found.append(Change(self.kind(node), "", self.names.of_node(node), None))
            elif now is not None:
                found += [
                    Change(part, self.label(node, name), self.shown(node, name), self.shown(now, name))
                    for name in differing(node, now)
                ]
        found += [Change(self.kind(node), "", None, self.names.of_node(node)) for node in self.removed]
        return found

    def kind(self, node: Node) -> str:
        return str(node.model._meta.verbose_name)

    def part_name(self, node: Node) -> str:
        return f"{self.kind(node)} {self.names.of_node(node)}"

    def label(self, node: Node, name: str) -> str:
        return str(_field(node.model, name).verbose_name)

    def shown(self, node: Node, name: str) -> str:
        """A column or link of a row as text."""
        column = _field(node.model, name)
        if column.many_to_many:
            return "; ".join(self.names[column.related_model, end] for end in node.links.get(name, ()))
        value = node.values[name]
        if value is None:
            return ""
        if column.many_to_one:
            return self.names[column.related_model, value]
        if column.choices:
            return str(dict(column.flatchoices).get(value, value))
        return value.text if isinstance(value, PartialDate) else str(value)


def differing(node: Node, other: Node) -> list[str]:
    """The columns (attnames) and links in which two states of a row differ; a text's line ends do not count."""
    columns = [name for name, value in node.values.items() if _text(value) != _text(other.values[name])]
    return columns + [name for name, ends in node.links.items() if sorted(ends) != sorted(other.links[name])]


def _text(value: Any) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _field(model: Any, name: str) -> Any:
    return next(
        one for one in (*model._meta.concrete_fields, *model._meta.many_to_many) if name in (one.name, one.attname)
    )


def comes_back_as(node: Node) -> dict[str, Any]:
    """The columns of a deleted row when it is stored again: a record is a draft."""
    return {**node.values, "status": Status.DRAFT} if "status" in node.values else node.values
