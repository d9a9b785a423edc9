"""Loads a dataset: reads it, checks all of it, compares it with the archive, and writes all of it or nothing.

The one function that others call is :func:`load`; what happens on the way is told to a :class:`Listener`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import TextIO

from django.db import connections, transaction

from archive.choices import Status
from archive.datasets import metadata as descriptions
from archive.datasets import schema
from archive.datasets.batches import Batch
from archive.datasets.corrections.authors import Authors
from archive.datasets.corrections.base_states import Bases
from archive.datasets.corrections.deletions import Deletions
from archive.datasets.corrections.loaded_records import Loaded
from archive.datasets.corrections.three_way import Corrections
from archive.datasets.database import Database
from archive.datasets.diff import Comparison
from archive.datasets.problems import Busy, DatasetError, Place, Problem, Problems
from archive.datasets.prune.corrected import Sparing
from archive.datasets.prune.dependents import Dependents
from archive.datasets.prune.removal import Removal
from archive.datasets.prune.selection import Pruning
from archive.datasets.readers import csv, json, xlsx
from archive.datasets.readers.files import FIXTURES, File, files
from archive.datasets.report import Counts, Merge, corrections, told, unpublished, unpublished_note
from archive.datasets.resolve import References
from archive.datasets.revisions import Origin
from archive.datasets.stage import Stage
from archive.datasets.validators import references as validators
from archive.datasets.validators.warnings import warn
from archive.datasets.write import Writing


@dataclass(frozen=True, slots=True)
class Options:
    """What is asked: only a plan; removal of what is gone; one status for all; whose revision it is; which database.

    Corrections made in the archive since the dataset was last loaded stay, unless they are to be overwritten.
    """

    plan: bool = False
    prune: bool = False
    status: Status | None = None
    user: int | None = None
    using: str = "default"
    #: The kind of a single file whose name is no kind's.
    kind: str = ""
    #: The form of a single file, as a suffix would say it: csv, jsonl, xlsx, json, yaml.
    format: str = ""
    overwrite_corrections: bool = False


class Listener:
    """Hears how a load goes; does nothing with it."""

    def phase(self, name: str) -> None:
        """What is done now."""

    def read(self, done: int, total: int, rows: int) -> None:
        """So many of the bytes have been read, and so many rows came out of them."""

    def removed(self, done: int, total: int) -> None:
        """So many of the records that go have been removed."""

    def plan(self, lines: Iterator[str]) -> None:
        """The plan, line by line; it must be read at once."""

    def corrections(self, lines: Iterator[str]) -> None:
        """What was corrected in the archive since the last load, and stays or goes; it must be read at once."""


@dataclass(slots=True)
class Result:
    """What came of it. ``written`` is false for a plan, where nothing differs, and where there are errors."""

    problems: Problems
    description: descriptions.Description = field(default_factory=descriptions.Description)
    counts: dict[str, Counts] = field(default_factory=dict)
    #: How many of the new records have which status other than published.
    unpublished: dict[str, int] = field(default_factory=dict)
    written: bool = False
    #: Whether another load was at work: nothing is wrong with the dataset, and it may be tried again.
    is_busy: bool = False

    @property
    def is_sound(self) -> bool:
        return not self.problems.errors

    @property
    def changes_nothing(self) -> bool:
        return not any(one.added or one.changed or one.removed for one in self.counts.values())

    def notes(self) -> Iterator[str]:
        """What whoever loads should know of the new records."""
        return unpublished_note(self.unpublished)

    @property
    def keeps_corrections(self) -> bool:
        """Whether the archive differs from the dataset in what was corrected or deleted here."""
        return any(one.corrected or one.deleted for one in self.counts.values())


class Refused(Exception):
    """Rolls the transaction back; what was wrong has been reported."""


def load(path: Path, options: Options, listener: Listener | None = None, errors: TextIO | None = None) -> Result:
    """Load the dataset at the path; ``errors`` takes all problems as CSV.

    Raises DatabaseError where the database could not take it (no room, locked): nothing is written then.
    """
    return _Load(path, options, listener or Listener(), Problems(errors)).run()


class _Load:
    def __init__(self, path: Path, options: Options, listener: Listener, problems: Problems) -> None:
        self.path, self.options, self.listener, self.problems = path, options, listener, problems
        self.result = Result(problems)
        self.database = Database(options.using)
        self.stage = Stage(self.database, problems)
        self._rows = 0

    def run(self) -> Result:
        try:
            with transaction.atomic(using=self.options.using) if self.database.is_postgresql else _nothing():
                with self.database.staging():
                    self.database.tidy()
                    self.listener.phase("reading")
                    self._read()
                with self.database.alone():
                    self._finish()
        except DatasetError as error:
            self.problems.add(error.problem)
            self.result.is_busy = isinstance(error, Busy)
        except Refused:
            pass
        finally:
            if not connections[self.options.using].needs_rollback:
                self.database.drop()
        return self.result

    # Reading

    def _read(self) -> None:
        total = [0, 0]

        def told_bytes(done: int, all_bytes: int) -> None:
            total[:] = [done, all_bytes]

        whose: dict[str, str] = {}
        for file in files(self.path, told_bytes, self.options.format):
            if file.name == schema.DESCRIPTION:
                self.result.description = descriptions.read(file.stream.read(65_537), file.name, self.problems)
                continue
            try:
                for batch in self._batches(file):
                    self._once(whose, batch)
                    self.stage.add(self._with_status(batch))
                    self._rows += len(batch.lines)
                    self.listener.read(total[0], total[1], self._rows)
            except DatasetError as error:
                # The other files may have errors of their own.
                self.problems.add(error.problem)
        if not self.stage.kinds and not self.problems.errors:
            got, expected = "no file with records", "at least one, such as events.csv"
            raise DatasetError(Problem(Place(self.path.name), "", got, expected))
        self.stage.index()

    def _batches(self, file: File) -> Iterator[Batch]:
        if file.name.endswith(".csv"):
            return csv.read(file, self.problems, self.options.kind)
        if file.name.endswith(".jsonl"):
            return json.read_lines(file, self.problems, self.options.kind)
        return (
            json.read_fixture(file, self.problems) if file.name.endswith(FIXTURES) else xlsx.read(file, self.problems)
        )

    def _once(self, whose: dict[str, str], batch: Batch) -> None:
        """Each kind comes from one file: of two, nobody could say which holds."""
        first = whose.setdefault(batch.kind.name, batch.file)
        if first != batch.file:
            got = f"a second file of {batch.kind.name}"
            raise DatasetError(
                Problem(Place(batch.file), "", got, f"one: {PurePosixPath(first).name} has them already")
            )

    def _with_status(self, batch: Batch) -> Batch:
        if self.options.status is not None and any(column.name == "status" for column in batch.kind.columns):
            batch.cells["status"] = [str(self.options.status.value)] * len(batch.lines)
        return batch

    # Checking and writing

    def _finish(self) -> None:
        self.listener.phase("looking up what it refers to")
        bases = Bases(self.database, self.result.description)
        references = References(self.database, self.stage, bases)
        references.resolve()
        self.listener.phase("checking")
        validators.check_links(references, self.problems)
        merge = None if self.problems.errors else self._merged(references)
        if merge is None or not merge.comparison.is_empty:
            validators.check(references, self.problems)
            warn(references, self.problems, self.options.status)
        if self.options.prune and not self.result.description.title:
            expected = f"a title in {schema.DESCRIPTION}, by which the records of earlier loads are known"
            self.problems.add(Problem(Place(self.path.name), "--prune", "no title", expected))
        if merge is None or self.problems.errors:
            raise Refused
        if self.options.prune:
            merge = self._pruned(merge, references)
        self.result.counts, self.result.unpublished = merge.counted(), unpublished(merge.comparison)
        if self.options.plan:
            self.listener.plan(told(merge, self.result.unpublished))
        else:
            self.listener.corrections(corrections(merge))
        if merge.pruning is not None:
            self.listener.phase("looking for what refers to the removed")
            Dependents(merge.pruning).report(self.problems)
            if self.problems.errors:
                raise Refused
        if not self.options.plan:
            self._write(merge)

    def _merged(self, references: References) -> Merge:
        """The dataset against the archive, with what was corrected here kept unless it is to be overwritten."""
        overwrite = self.options.overwrite_corrections
        deletions = Deletions(references)
        deletions.find()
        if not overwrite:
            deletions.leave_out()
        comparison = Comparison(references)
        comparison.compare()
        found = Corrections(comparison, overwrite)
        found.find()
        return Merge(comparison, found, deletions, Authors(found))

    def _pruned(self, merge: Merge, references: References) -> Merge:
        pruning = Pruning(references, self.result.description)
        sparing = Sparing(pruning, references, merge.authors)
        sparing.find()
        if not self.options.overwrite_corrections:
            sparing.spare()
        return replace(merge, pruning=pruning, sparing=sparing)

    def _write(self, merge: Merge) -> None:
        self.listener.phase("writing")
        origin = Origin(self.result.description.reason(), self.options.user)
        loaded, writing = Loaded(merge.corrections), Writing(merge.comparison, origin, merge.pruning)
        loaded.prepare()
        if not merge.comparison.is_empty:
            writing.write()
        loaded.write(writing)
        if merge.pruning is not None and not merge.pruning.is_empty:
            self.listener.phase("removing")
            Removal(merge.pruning, origin, self.listener).remove()
        self.result.written = not self.result.changes_nothing


def _nothing() -> AbstractContextManager[None]:
    return nullcontext()


__all__ = ["Listener", "Options", "Result", "load"]
