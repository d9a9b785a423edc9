"""Differences between two states of a record as texts: its own columns and links, and those of its parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from archive.revisions.names import Names
from archive.revisions.plan import differing, label_of, text_of
from archive.revisions.state import Node, Tree, content_fields
from archive.revisions.word_differences import Run, word_differences
from archive.terms import record_type

#: Longer runs of text that both states have are shortened to their first and last characters.
_MAX_SAME_CHARS = 600
_SHOWN_SAME_CHARS = 200


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A column or link whose text differs; ``runs`` are empty unless both states have a text."""

    key: str
    name: str
    label: str
    before: str
    after: str
    runs: list[Run]


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A difference of the record, or of a part of it."""

    key: str
    kind: Literal["changed", "added", "removed"]
    #: The kind and name of the part; empty for the record itself.
    part: str
    fields: list[FieldDifference] = field(default_factory=list)
    #: Labels and texts of a part that only one of the states has.
    values: list[tuple[str, str]] = field(default_factory=list)


def row_key(node: Node) -> str:
    """The key of a row among the differences of a record."""
    return f"{node.model._meta.model_name}-{node.pk}"


def field_key(node: Node, name: str) -> str:
    """The key of a column (by attname) or link of a row among the differences of a record."""
    return f"{row_key(node)}-{name}"


def compare(before: Tree, after: Tree, names: Names) -> list[RowDifference]:
    """The differences between two states of a record: its own first, then those of its parts by kind."""
    models = list(dict.fromkeys(model for model, _ in (*before, *after)))
    keys = sorted(dict.fromkeys((*before, *after)), key=lambda key: models.index(key[0]))
    differences = []
    for key in keys:
        earlier, later = before.get(key), after.get(key)
        if earlier is not None and later is not None:
            fields = [_field_difference(earlier, later, name, names) for name in differing(earlier, later)]
            if fields:
                differences.append(RowDifference(row_key(later), "changed", _part_name(later, names), fields))
        elif later is not None:
            differences.append(_whole_row(later, "added", names))
        elif earlier is not None:
            differences.append(_whole_row(earlier, "removed", names))
    return differences


def field_values(node: Node, names: Names) -> list[tuple[str, str]]:
    """The labels and texts of a row's columns and links that are not empty."""
    columns = [column.attname for column in content_fields(node.model) if column is not node.via]
    pairs = [(label_of(node, name), text_of(names, node, name)) for name in [*columns, *node.links]]
    return [(label, text) for label, text in pairs if text]


def _whole_row(node: Node, kind: Literal["added", "removed"], names: Names) -> RowDifference:
    return RowDifference(row_key(node), kind, _part_name(node, names), values=field_values(node, names))


def _part_name(node: Node, names: Names) -> str:
    return "" if node.via is None else f"{record_type(node.model._meta.verbose_name)}: {names.of_node(node)}"


def _field_difference(earlier: Node, later: Node, name: str, names: Names) -> FieldDifference:
    before, after = text_of(names, earlier, name), text_of(names, later, name)
    runs = list(_shortened(word_differences(before, after))) if before and after else []
    return FieldDifference(field_key(later, name), name, label_of(later, name), before, after, runs)


def _shortened(runs: Iterable[Run]) -> Iterable[Run]:
    for run in runs:
        if run.operation == "same" and len(run.text) > _MAX_SAME_CHARS:
            yield Run("same", f"{run.text[:_SHOWN_SAME_CHARS]} […] {run.text[-_SHOWN_SAME_CHARS:]}")
        else:
            yield run
