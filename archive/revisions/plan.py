"""The plan of a restore: what it would change and what cannot be restored. Nothing is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext

from archive.choices import Status
from archive.dates import PartialDate
from archive.revisions.names import Names
from archive.revisions.state import Key, Node, Tree
from archive.revisions.version import Version
from archive.terms import field_label, record_type, term


@dataclass(frozen=True, slots=True)
class Loss:
    """A value of the version that cannot be restored: its part, its field, and the reason."""

    part: str
    name: str
    value: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.part}, {self.name}" if self.part and self.name else self.part or self.name
        return gettext("{field}: '{value}' {reason}").format(field=where, value=self.value, reason=self.reason)


@dataclass(frozen=True, slots=True)
class Change:
    """A difference between the version (``then``) and what is stored (``now``), as texts; None for an absent part."""

    part: str
    name: str
    then: str | None
    now: str | None
    #: The row of the record or part that differs.
    node: Node
    #: Label and text of each value of a part that is added.
    contents: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Relink:
    """A link from another record that the deletion removed and the restore sets again."""

    row: Any
    field: Any
    target: Key


@dataclass(slots=True)
class Plan:
    """The version, the stored state, and their comparison."""

    version: Version
    names: Names
    target: Tree
    stored: Tree
    losses: list[Loss] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    #: The reasons for which the version cannot be restored at all.
    refusals: list[str] = field(default_factory=list)
    relinks: list[Relink] = field(default_factory=list)

    @property
    def is_recovery(self) -> bool:
        return self.version.stored is None

    @property
    def token(self) -> str:
        """Changes whenever the record, a part or a link of it is saved; a form with another token is stale."""
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
        """The differences: the record's own first, then parts that are restored, removed or changed."""
        changes: list[Change] = []
        for key, node in self.target.items():
            now = self.stored.get(key)
            part = "" if node.via is None else self.part_name(node)
            if now is None and node.via is not None:
                name = self.names.of_node(node)
                changes.append(Change(self.kind(node), "", name, None, node, self._contents(node)))
            elif now is not None:
                changes += [
                    Change(part, self.label(node, name), self.text(node, name), self.text(now, name), node)
                    for name in differing(node, now)
                ]
        for node in self.removed:
            changes.append(Change(self.kind(node), "", None, self.names.of_node(node), node))
        return changes

    def _contents(self, node: Node) -> tuple[tuple[str, str], ...]:
        """The values of a part, without the record that it belongs to; but with the part, if it is one of a part."""
        is_of_record = node.parent == next(iter(self.target))
        left_out = {*node.model.derived_fields, node.via.attname if is_of_record else ""}
        names = [name for name in (*node.values, *node.links) if name not in left_out]
        texts = [(self.label(node, name), self.text(node, name)) for name in names]
        return tuple((label, text) for label, text in texts if text)

    def kind(self, node: Node) -> str:
        return record_type(node.model._meta.verbose_name)

    def part_name(self, node: Node) -> str:
        return f"{self.kind(node)} {self.names.of_node(node)}"

    def label(self, node: Node, name: str) -> str:
        return label_of(node, name)

    def text(self, node: Node, name: str) -> str:
        return text_of(self.names, node, name)


def label_of(node: Node, name: str) -> str:
    """The verbose name of a column or link of a row."""
    return column_label(node.model, name)


def column_label(model: type[Model], name: str) -> str:
    """The verbose name of a column or link of a model."""
    return field_label(_field(model, name).verbose_name)


def text_of(names: Names, node: Node, name: str) -> str:
    """A column or link of a row as text."""
    column = _field(node.model, name)
    if column.many_to_many:
        return "; ".join(names[column.related_model, pk] for pk in node.links.get(name, ()))
    value = node.values[name]
    if value is None:
        return ""
    if column.many_to_one:
        return names[column.related_model, value]
    if column.choices:
        return term(str(dict(column.flatchoices).get(value, value)))
    return value.text if isinstance(value, PartialDate) else str(value)


def differing(node: Node, other: Node) -> list[str]:
    """The columns (attnames) and links in which two states of a row differ; line ends are ignored."""
    columns = [name for name, value in node.values.items() if _text(value) != _text(other.values[name])]
    return columns + [name for name, pks in node.links.items() if sorted(pks) != sorted(other.links[name])]


def _text(value: object) -> Any:
    return value.replace("\r\n", "\n") if isinstance(value, str) else value


def _field(model: type[Model], name: str) -> Any:
    fields = (*model._meta.concrete_fields, *model._meta.many_to_many)
    return next(field for field in fields if name in (field.name, field.attname))


def restored_values(node: Node) -> dict[str, Any]:
    """The columns with which a deleted row is restored: those of the node, but a record becomes a draft."""
    return {**node.values, "status": Status.DRAFT} if "status" in node.values else node.values
