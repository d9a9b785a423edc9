"""The lines of a load's plan and of the corrections that it keeps or overwrites."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

from archive.datasets.corrections.authors import Authors, FieldCorrection, LinkCorrection
from archive.datasets.corrections.three_way import Corrections, Deletions, TypeCorrections, TypeDeletions
from archive.datasets.diff import Change, Counts, Diff
from archive.datasets.problems import quote_value
from archive.datasets.prune.selection import CorrectedRecords, Selection
from archive.exceptions import printable

#: Records of a type that a plan names of those added and removed; all changes are listed.
MAX_LISTED = 20


@dataclass(frozen=True, slots=True)
class Merge:
    """The result of comparing a dataset with the archive: what is written, kept and removed."""

    diff: Diff
    corrections: Corrections
    deletions: Deletions
    selection: Selection | None = None
    corrected_records: CorrectedRecords | None = None

    @property
    def removed(self) -> Mapping[str, str]:
        """Record type -> table of the ids of records to remove."""
        return {} if self.selection is None else self.selection.tables


class MergeReport:
    """The lines of a merge, from generators that are to be read before the merge is written."""

    def __init__(self, merge: Merge, counts: dict[str, Counts]) -> None:
        self.merge, self.counts, self.authors = merge, counts, Authors(merge.corrections)
        self.overwrite = merge.corrections.overwrite

    def plan(self, notes: Iterable[str]) -> Iterator[str]:
        """The plan: ``+`` for an added record, ``~`` for a changed field, ``-`` for a removed record."""
        diff, selection = self.merge.diff, self.merge.selection
        for name, counts in self.counts.items():
            yield f"{name}: {counts}"
            if counts.added:
                yield from _listed("+", diff.new_keys(name, MAX_LISTED), counts.added)
            if counts.changed:
                yield from map(_change_line, diff.changes(name))
            yield from self._lines(name)
            if counts.removed and selection is not None:
                yield from _listed("-", selection.keys(name, MAX_LISTED), counts.removed)
        yield from chain(self._notes(), notes)

    def corrections(self) -> Iterator[str]:
        """The corrections: all conflicts, and the first of the others of each record type."""
        for name in self.counts:
            lines = self._lines(name, MAX_LISTED)
            first = next(lines, None)
            if first is not None:
                yield f"{name}, changed here since the last load:"
                yield first
                yield from lines
        yield from self._notes()

    def _lines(self, name: str, limit: int | None = None) -> Iterator[str]:
        """``=`` for a correction that stays, ``!`` for a conflict and for one that is overwritten.

        The limit is for corrections without a conflict.
        """
        corrections, deletions = self.merge.corrections.types.get(name), self.merge.deletions.types.get(name)
        if corrections is not None and corrections.conflicts:
            fields = self.authors.field_corrections(corrections)
            yield from (self._field_line(field) for field in fields if field.is_conflict)
        others = chain(
            self._correction_lines(corrections) if corrections is not None else (),
            self._deletion_lines(deletions) if deletions is not None else (),
            self._staying_lines(name),
        )
        yield from islice(others, limit)
        if next(others, None) is not None:
            yield "    and more: load --plan names them all"

    def _correction_lines(self, corrections: TypeCorrections) -> Iterator[str]:
        fields = self.authors.field_corrections(corrections)
        yield from (self._field_line(field) for field in fields if not field.is_conflict)
        for name in corrections.links:
            yield from map(self._link_line, self.authors.link_corrections(corrections, name))

    def _deletion_lines(self, deletions: TypeDeletions) -> Iterator[str]:
        if deletions.table:
            for key, author in self.authors.deleted_records(deletions):
                outcome = "added again" if self.overwrite else "stays deleted"
                yield f"  {self._sign} {key}, deleted here {author}: {outcome}"
        if deletions.referring:
            keys = self.authors.referring_keys(deletions, MAX_LISTED)
            yield from (f"  = {key}, left out: it refers to what was deleted here" for key in keys)
            yield from _more(deletions.referring - len(keys))

    def _staying_lines(self, name: str) -> Iterator[str]:
        records = self.merge.corrected_records
        if records is not None and records.counts.get(name):
            outcome = "removed all the same" if self.overwrite else "stays, though the dataset no longer has it"
            for key, reason in records.reasons(name):
                yield f"  {self._sign} {key}, {reason}: {outcome}"

    @property
    def _sign(self) -> str:
        return "!" if self.overwrite else "="

    def _field_line(self, field: FieldCorrection) -> str:
        overwrite = self.overwrite and field.field != "slug"
        sign = "!" if overwrite or field.is_conflict else "="
        outcome = f"becomes {quote_value(field.own)}" if overwrite else "stays"
        dataset = f"has {quote_value(field.own)}"
        if field.is_conflict:
            dataset = f"had {quote_value(field.base)} and has {quote_value(field.own)} now"
        return (
            f"  {sign} {field.key}, {field.field}: {quote_value(field.stored)} {outcome}, "
            f"corrected here {field.author}; the dataset {dataset}"
        )

    def _link_line(self, link: LinkCorrection) -> str:
        if link.is_added:
            verb, outcome = "added", "goes" if self.overwrite else "stays"
        else:
            verb, outcome = "removed", "comes back" if self.overwrite else "stays removed"
        return (
            f"  {self._sign} {link.key}, {link.field}: {quote_value(link.target)} {outcome}, {verb} here {link.author}"
        )

    def _notes(self) -> Iterator[str]:
        number = self.merge.corrections.without_base
        if number:
            yield (
                f"{number:,} of the records that change {'is' if number == 1 else 'are'} not known from an earlier "
                "load of this dataset: whether they were corrected here can't be told."
            )


def _listed(sign: str, keys: list[str], total: int) -> Iterator[str]:
    yield from (f"  {sign} {key}" for key in keys)
    yield from _more(total - len(keys))


def _change_line(change: Change) -> str:
    if change.before and not change.after:
        return f"  ~ {change.key}, {change.field}: '{printable(change.before)}' goes"
    if not change.before:
        return f"  ~ {change.key}, {change.field}: '{printable(change.after)}' comes"
    return f"  ~ {change.key}, {change.field}: '{printable(change.before)}' becomes '{printable(change.after)}'"


def _more(number: int) -> Iterator[str]:
    if number > 0:
        yield f"    and {number:,} more"
