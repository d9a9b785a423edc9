"""What a load does, as people read it: counts, and the plan field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from archive.dates.errors import shown
from archive.loading.comparison import Change, Comparison
from archive.loading.pruning import Pruning

#: How many of the added and removed records of a kind a plan names; what changes is told in full.
NAMED = 20


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records of one kind."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0

    def sentence(self) -> str:
        told = (
            (self.added, "added"),
            (self.changed, "changed"),
            (self.unchanged, "unchanged"),
            (self.removed, "removed"),
        )
        return ", ".join(f"{number:,} {word}" for number, word in told if number) or "none"


def counted(comparison: Comparison, pruning: Pruning | None) -> dict[str, Counts]:
    """By kind, for those that the dataset has or that lose records."""
    gone = {name: count for name, count in pruning.counts.items() if count} if pruning else {}
    found = {}
    for name in [*comparison.differences, *(name for name in gone if name not in comparison.differences)]:
        one = comparison.differences.get(name)
        here = (one.added, one.changed, one.unchanged) if one else (0, 0, 0)
        found[name] = Counts(*here, gone.get(name, 0))
    return found


def told(comparison: Comparison, pruning: Pruning | None) -> Iterator[str]:
    """The plan, a line at a time: ``+`` for what comes, ``~`` for a field that changes, ``-`` for what goes."""
    for name, counts in counted(comparison, pruning).items():
        yield f"{name}: {counts.sentence()}"
        if counts.added:
            keys = comparison.new_keys(name, NAMED)
            yield from (f"  + {key}" for key in keys)
            yield from _more(counts.added - len(keys))
        if counts.changed:
            yield from map(_change, comparison.changes(name))
        if counts.removed and pruning is not None:
            keys = pruning.keys(name, NAMED)
            yield from (f"  - {key}" for key in keys)
            yield from _more(counts.removed - len(keys))


def _change(change: Change) -> str:
    if change.before and not change.after:
        return f"  ~ {change.key}, {change.field}: '{shown(change.before)}' goes"
    if not change.before:
        return f"  ~ {change.key}, {change.field}: '{shown(change.after)}' comes"
    return f"  ~ {change.key}, {change.field}: '{shown(change.before)}' becomes '{shown(change.after)}'"


def _more(number: int) -> Iterator[str]:
    if number > 0:
        yield f"    and {number:,} more"
