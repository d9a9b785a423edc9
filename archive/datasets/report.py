"""What a load does, as people read it: counts, and the plan field by field."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from archive.choices import Status
from archive.datasets.corrections.authors import Authors, Correction, LinkCorrection
from archive.datasets.corrections.deletions import Deletions
from archive.datasets.corrections.three_way import Corrected, Corrections
from archive.datasets.diff import Change, Comparison
from archive.datasets.problems import quoted
from archive.datasets.prune.corrected import Sparing
from archive.datasets.prune.selection import Pruning
from archive.dates.errors import shown

#: How many of the added and removed records of a kind a plan names; what changes is told in full.
NAMED = 20


@dataclass(frozen=True, slots=True)
class Counts:
    """How many records of one kind.

    The last four are about the archive's own changes since the last load: records that were corrected, those of them
    that the dataset has changed too, those that were deleted, and rows left out because they refer to a deleted one.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    corrected: int = 0
    conflicts: int = 0
    deleted: int = 0
    left_out: int = 0

    def sentence(self) -> str:
        told = (
            (self.added, "added"),
            (self.changed, "changed"),
            (self.unchanged, "unchanged"),
            (self.removed, "removed"),
            (self.corrected, "corrected here"),
            (self.conflicts, "in conflict"),
            (self.deleted, "deleted here"),
            (self.left_out, "left out"),
        )
        return ", ".join(f"{number:,} {word}" for number, word in told if number) or "none"


@dataclass(frozen=True, slots=True)
class Merge:
    """What was changed here since the last load, and what becomes of it."""

    comparison: Comparison
    corrections: Corrections
    deletions: Deletions
    authors: Authors
    pruning: Pruning | None = None
    sparing: Sparing | None = None

    def counted(self) -> dict[str, Counts]:
        """By kind, for those that the dataset has or that lose records."""
        gone = {name: count for name, count in self.pruning.counts.items() if count} if self.pruning else {}
        staying = {name: count for name, count in self.sparing.counts.items() if count} if self.sparing else {}
        names = dict.fromkeys([*self.comparison.differences, *gone, *staying])
        return {name: self._counts(name, gone.get(name, 0), staying.get(name, 0)) for name in names}

    def _counts(self, name: str, removed: int, staying: int) -> Counts:
        one = self.comparison.differences.get(name)
        corrected, deleted = self.corrections.kinds.get(name), self.deletions.kinds.get(name)
        return Counts(
            *((one.added, one.changed, one.unchanged) if one else (0, 0, 0)),
            removed,
            (corrected.records if corrected else 0) + staying,
            corrected.conflicts if corrected else 0,
            deleted.deleted if deleted else 0,
            deleted.referring if deleted else 0,
        )

    def lines(self, name: str, limit: int | None = None) -> Iterator[str]:
        """The corrections of one kind: ``=`` for what stays, ``!`` for a conflict and for what is overwritten.

        With a limit only so many; conflicts are always named, all of them.
        """
        conflicts, others = self._conflicts(name), self._corrections(name)
        yield from conflicts
        yield from islice(others, limit)
        if next(others, None) is not None:
            yield "    and more: load --plan names them all"

    def _conflicts(self, name: str) -> Iterator[str]:
        corrected = self.corrections.kinds.get(name)
        if corrected is not None and corrected.conflicts:
            for one in self.authors.fields(corrected):
                if one.is_conflict:
                    yield self._field(one)

    def _corrections(self, name: str) -> Iterator[str]:
        corrected, deleted = self.corrections.kinds.get(name), self.deletions.kinds.get(name)
        overwrite = self.corrections.overwrite
        if corrected is not None:
            yield from (self._field(one) for one in self.authors.fields(corrected) if not one.is_conflict)
            yield from self._links(corrected)
        if deleted is not None and deleted.table:
            for key, who in self.authors.deletions(deleted):
                outcome = "added again" if overwrite else "stays deleted"
                yield f"  {'!' if overwrite else '='} {key}, deleted here {who}: {outcome}"
        if deleted is not None and deleted.referring:
            keys = self.authors.referring(deleted, NAMED)
            yield from (f"  = {key}, left out: it refers to what was deleted here" for key in keys)
            yield from _more(deleted.referring - len(keys))
        if self.sparing is not None and self.sparing.counts.get(name):
            for key, why in self.sparing.lines(name):
                outcome = "removed all the same" if overwrite else "stays, though the dataset no longer has it"
                yield f"  {'!' if overwrite else '='} {key}, {why}: {outcome}"

    def _links(self, corrected: Corrected) -> Iterator[str]:
        for name in corrected.links:
            for one in self.authors.links(corrected, name):
                yield self._link(one)

    def _field(self, one: Correction) -> str:
        overwrite = self.corrections.overwrite and one.field != "slug"
        becomes = f"becomes {quoted(one.own)}" if overwrite else "stays"
        where = (
            f"  {'!' if overwrite or one.is_conflict else '='} {one.key}, {one.field}: {quoted(one.stored)} {becomes}"
        )
        dataset = (
            f"had {quoted(one.base)} and has {quoted(one.own)} now" if one.is_conflict else f"has {quoted(one.own)}"
        )
        return f"{where}, corrected here {one.author}; the dataset {dataset}"

    def _link(self, one: LinkCorrection) -> str:
        done = "added" if one.is_added else "removed"
        outcome = {
            (True, False): "stays", (False, False): "stays removed", (True, True): "goes", (False, True): "comes back",
        }[one.is_added, self.corrections.overwrite]  # fmt: skip
        sign = "!" if self.corrections.overwrite else "="
        return f"  {sign} {one.key}, {one.field}: {quoted(one.target)} {outcome}, {done} here {one.author}"

    def notes(self) -> Iterator[str]:
        """What holds of the load as a whole."""
        number = self.corrections.without_base
        if number:
            yield (
                f"{number:,} of the records that change {_is(number)} not known from an earlier load of this dataset: "
                "whether they were corrected here can't be told."
            )


def told(merge: Merge, unpublished: dict[str, int]) -> Iterator[str]:
    """The plan, a line at a time: ``+`` for what comes, ``~`` for a field that changes, ``-`` for what goes."""
    comparison, pruning = merge.comparison, merge.pruning
    for name, counts in merge.counted().items():
        yield f"{name}: {counts.sentence()}"
        if counts.added:
            keys = comparison.new_keys(name, NAMED)
            yield from (f"  + {key}" for key in keys)
            yield from _more(counts.added - len(keys))
        if counts.changed:
            yield from map(_change, comparison.changes(name))
        yield from merge.lines(name)
        if counts.removed and pruning is not None:
            keys = pruning.keys(name, NAMED)
            yield from (f"  - {key}" for key in keys)
            yield from _more(counts.removed - len(keys))
    yield from chain(merge.notes(), unpublished_note(unpublished))


def corrections(merge: Merge) -> Iterator[str]:
    """What the result of a load says of corrections: each conflict, and the first of the others of each kind."""
    for name in merge.counted():
        lines = merge.lines(name, NAMED)
        first = next(lines, None)
        if first is not None:
            yield f"{name}, changed here since the last load:"
            yield first
            yield from lines
    yield from merge.notes()


def unpublished(comparison: Comparison) -> dict[str, int]:
    """How many of the new records have which status other than published."""
    found: dict[str, int] = {}
    for one in comparison.differences.values():
        if one.added and any(column.name == "status" for column in one.rows.kind.columns):
            query = f"""SELECT status, count(*) FROM {one.rows.table} WHERE id < 0 AND status <> '{Status.PUBLISHED}'
                GROUP BY status"""
            for status, count in list(comparison.database.rows(query)):
                found[status] = found.get(status, 0) + count
    return found


def unpublished_note(found: dict[str, int]) -> Iterator[str]:
    """A line that says how many new records readers do not see, and how that is changed."""
    words = {Status.DRAFT: ("draft", "drafts"), Status.REVIEW: ("in review",) * 2, Status.WITHDRAWN: ("withdrawn",) * 2}
    told = [f"{count:,} {words[Status(status)][count != 1]}" for status, count in sorted(found.items())]
    if told:
        they = "it is" if sum(found.values()) == 1 else "they are"
        yield f"New and not public until {they} published: {', '.join(told)}."


def _is(number: int) -> str:
    return "is" if number == 1 else "are"


def _change(change: Change) -> str:
    if change.before and not change.after:
        return f"  ~ {change.key}, {change.field}: '{shown(change.before)}' goes"
    if not change.before:
        return f"  ~ {change.key}, {change.field}: '{shown(change.after)}' comes"
    return f"  ~ {change.key}, {change.field}: '{shown(change.before)}' becomes '{shown(change.after)}'"


def _more(number: int) -> Iterator[str]:
    if number > 0:
        yield f"    and {number:,} more"
