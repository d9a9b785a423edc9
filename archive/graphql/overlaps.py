"""How often a document asks again for what it has asked for in the same place.

The specification's rule on overlapping fields compares all fields of one key with each other, and what is below each
pair: with a few hundred of them it would compute for minutes. Few documents ask for a key twice; so the pairs are
counted first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, FragmentSpreadNode, SelectionSetNode


class Overlaps:
    """Counts the pairs of one document, whose fragments have no cycles. ``visits`` counts the selections looked at."""

    def __init__(self, document: DocumentNode) -> None:
        self.fragments = {
            one.name.value: one.selection_set for one in document.definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.roots = [one.selection_set for one in document.definitions if hasattr(one, "selection_set")]
        self.visits = 0

    def pairs(self) -> int:
        found = 0
        scopes = [[root] for root in self.roots]
        while scopes:
            for nodes in self.keys(scopes.pop()).values():
                found += len(nodes) * (len(nodes) - 1) // 2
                if below := [node.selection_set for node in nodes if node.selection_set]:
                    scopes.append(below)
        return found

    def keys(self, selections: Iterable[SelectionSetNode]) -> dict[str, list[FieldNode]]:
        """Key of the answer -> the fields under it, from all of these selections together."""
        found: dict[str, list[FieldNode]] = {}
        spread: set[str] = set()
        waiting: list[Any] = list(selections)
        while waiting:
            for one in waiting.pop().selections:
                self.visits += 1
                if isinstance(one, FieldNode):
                    found.setdefault((one.alias or one.name).value, []).append(one)
                elif not isinstance(one, FragmentSpreadNode):
                    waiting.append(one.selection_set)  # type: ignore[attr-defined]
                elif (name := one.name.value) in self.fragments and name not in spread:
                    spread.add(name)
                    waiting.append(self.fragments[name])
        return found
