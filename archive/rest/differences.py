"""Differences between two states of a record, field by field and part by part, in the form of the record's JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from archive.rest.as_of import own_parts_of, past_value
from archive.rest.serializers import ArchiveSerializer
from archive.revisions.as_of import PastRecord
from archive.revisions.state import Node
from archive.revisions.word_differences import word_differences

#: Texts longer than this are compared word by word.
LONG_TEXT = 60
_STAMPS = frozenset({"version", "created_at", "updated_at"})


def record_differences(
    before: PastRecord, after: PastRecord, serializer: type[ArchiveSerializer]
) -> list[dict[str, Any]]:
    """The differences between two states of a record; the serializer is the record's."""
    return list(_Differences(before, after).of_nodes(before.root, after.root, serializer))


class _Differences:
    def __init__(self, before: PastRecord, after: PastRecord) -> None:
        self.before, self.after = before, after

    def of_nodes(self, before: Node, after: Node, serializer: type[ArchiveSerializer]) -> Iterator[dict[str, Any]]:
        for name in serializer.Meta.fields:
            if name not in _STAMPS:
                values = (
                    past_value(self.before, before, serializer, name),
                    past_value(self.after, after, serializer, name),
                )
                if values[0] != values[1]:
                    yield {"field": name, **_change(*values)}
        for name in dict.fromkeys((*own_parts_of(serializer), *serializer.nested)):
            yield from self.of_parts(before, after, serializer, name)

    def of_parts(
        self, before: Node, after: Node, serializer: type[ArchiveSerializer], name: str
    ) -> Iterator[dict[str, Any]]:
        part = serializer.parts.get(name) or serializer.nested[name]
        key = before.model._meta.get_field(name).remote_field
        earlier = {node.pk: node for node in self.before.parts(before, key)}
        later = {node.pk: node for node in self.after.parts(after, key)}
        for pk in dict.fromkeys((*earlier, *later)):
            contents = {
                word: self.content(past, nodes[pk], part)
                for word, past, nodes in (("before", self.before, earlier), ("after", self.after, later))
                if pk in nodes
            }
            if len(contents) == 1:
                yield {"field": name, "kind": "added" if "after" in contents else "removed", **contents}
            elif changes := list(self.of_nodes(earlier[pk], later[pk], part)):
                yield {"field": name, "kind": "changed", **contents, "changes": changes}

    def content(self, past: PastRecord, node: Node, serializer: type[ArchiveSerializer]) -> dict[str, Any]:
        return {
            name: past_value(past, node, serializer, name) for name in serializer.Meta.fields if name not in _STAMPS
        }


def _change(before: object, after: object) -> dict[str, Any]:
    change: dict[str, Any] = {"kind": "changed", "before": before, "after": after}
    if isinstance(before, list) and isinstance(after, list):
        change["added"] = [link for link in after if link not in before]
        change["removed"] = [link for link in before if link not in after]
    elif isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > LONG_TEXT:
        runs = word_differences(before, after)
        change["words"] = [{"kind": run.operation, "text": run.text} for run in runs]
    return change
