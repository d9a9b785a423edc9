"""Loading of a dataset: read, validate, compare with the archive, and write all of it or nothing.

:func:`load` is the entry point; a :class:`Listener` receives its progress.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import TextIO

from django.contrib.auth import get_user_model
from django.db import connections, transaction

from archive.accounts.audit import AuditDetail, write_entry
from archive.choices import Status
from archive.datasets import schema
from archive.datasets.batches import Batch
from archive.datasets.corrections.authors import Authors
from archive.datasets.corrections.base_states import BaseStates
from archive.datasets.corrections.loaded_records import LoadedRecordWriter
from archive.datasets.corrections.three_way import Corrections, Deletions
from archive.datasets.database import Database
from archive.datasets.diff import Counts, Diff
from archive.datasets.mappings.convert import convert
from archive.datasets.mappings.lookup import RecordLookup
from archive.datasets.mappings.reader import mapping_names, read_mapping
from archive.datasets.merged_records import MergedSlugs
from archive.datasets.problems import ConcurrentLoadError, DatasetError, Location, Problem, Problems, ReportedError
from archive.datasets.prune.removal import ReferrerValidator, Removal
from archive.datasets.prune.selection import CorrectedRecords, Selection
from archive.datasets.readers.csv import read_csv
from archive.datasets.readers.files import FIXTURE_SUFFIXES, File, read_files, read_mapped_file
from archive.datasets.readers.json import read_fixture, read_json_lines
from archive.datasets.readers.metadata import read_metadata
from archive.datasets.readers.xlsx import read_xlsx
from archive.datasets.redirects import Redirects
from archive.datasets.report import Merge, MergeReport
from archive.datasets.resolve import Resolver
from archive.datasets.stage import Stage
from archive.datasets.validators.constraints import ConstraintValidator, ReferenceValidator
from archive.datasets.validators.cross_record import (
    CrossRecordValidator,
    EmbargoValidator,
    PublicationValidator,
    StoredPartnerValidator,
)
from archive.datasets.write import Origin, Writer
from archive.models import AuditAction


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a load; ``docs/reference/commands.md`` describes them."""

    #: Only report what the load would do.
    dry_run: bool = False
    #: Remove records that earlier loads of the dataset added and that it no longer has.
    prune: bool = False
    #: The status of all records.
    status: Status | None = None
    #: The user of the revisions.
    user_id: int | None = None
    using: str = "default"
    #: The record type of a single file that is not named after one.
    type_name: str = ""
    #: The format of a single file without a suffix: csv, tsv, jsonl, xlsx, json, yaml.
    file_format: str = ""
    #: The name of a mapping, or a YAML file with one, of a file of another format.
    mapping: str = ""
    #: Overwrite what was corrected in the archive since the last load.
    overwrite_corrections: bool = False


class Listener:
    """Receives the progress of a load; the methods do nothing unless they are overridden."""

    def on_phase(self, name: str) -> None:
        """A phase of the load begins."""

    def on_read(self, done: int, total: int, rows: int) -> None:
        """``done`` of ``total`` bytes have been read, with so many rows."""

    def on_removed(self, done: int, total: int) -> None:
        """``done`` of ``total`` pruned records have been removed."""

    def on_plan(self, lines: Iterator[str]) -> None:
        """The lines of the plan, to be read at once."""

    def on_corrections(self, lines: Iterator[str]) -> None:
        """The lines on corrections that are kept or overwritten, to be read at once."""


@dataclass(slots=True)
class Result:
    """The result of a load."""

    problems: Problems
    metadata: schema.Metadata = field(default_factory=schema.Metadata)
    counts: dict[str, Counts] = field(default_factory=dict)
    #: Status -> number of new records that have it, published ones left out.
    unpublished: dict[str, int] = field(default_factory=dict)
    #: False for a dry run, where nothing differs, and where there are errors.
    written: bool = False
    #: Whether another load was running: the dataset may be loaded later.
    is_busy: bool = False

    @property
    def is_valid(self) -> bool:
        return not self.problems.errors

    @property
    def has_changes(self) -> bool:
        return any(counts.added or counts.changed or counts.removed for counts in self.counts.values())

    @property
    def has_corrections(self) -> bool:
        """Whether the archive differs from the dataset by corrections or deletions."""
        return any(counts.corrected or counts.deleted for counts in self.counts.values())

    def notes(self) -> Iterator[str]:
        """A line with the number of new records of each status but published; nothing where there are none."""
        labels = {
            Status.DRAFT: ("draft", "drafts"), Status.REVIEW: ("in review",) * 2, Status.WITHDRAWN: ("withdrawn",) * 2,
        }  # fmt: skip
        texts = [
            f"{count:,} {labels[Status(status)][count != 1]}" for status, count in sorted(self.unpublished.items())
        ]
        if texts:
            they = "it is" if sum(self.unpublished.values()) == 1 else "they are"
            yield f"New and not public until {they} published: {', '.join(texts)}."


class _Rollback(Exception):
    """Rolls the transaction back; the problems have been added."""


def load(path: Path, options: Options, listener: Listener | None = None, errors: TextIO | None = None) -> Result:
    """Load the dataset at the path; all problems are written to ``errors`` as CSV.

    Raises DatabaseError where the database fails (no room, locked); nothing is written then.
    """
    return _Load(path, options, listener or Listener(), Problems(errors)).run()


class _Load:
    def __init__(self, path: Path, options: Options, listener: Listener, problems: Problems) -> None:
        self.path, self.options, self.listener, self.problems = path, options, listener, problems
        self.result = Result(problems)
        self.database = Database(options.using)
        self.stage = Stage(self.database, problems)
        self.redirects = Redirects(self.database, problems)
        #: Converts a file by the mapping; None without a mapping.
        self.convert: Callable[[File], Iterator[Batch]] | None = None

    def run(self) -> Result:
        using = self.options.using
        try:
            self._read_mapping()
            # On SQLite a transaction around the reading would block other writers.
            with transaction.atomic(using=using) if self.database.is_postgresql else nullcontext():
                with self.database.staging_transaction():
                    self.database.drop_leftovers()
                    self.listener.on_phase("reading")
                    self._read()
                with self.database.exclusive_transaction():
                    self._merge_and_write()
        except DatasetError as error:
            if not isinstance(error, ReportedError):
                self.problems.add(error.problem)
            self.result.is_busy = isinstance(error, ConcurrentLoadError)
        except _Rollback:
            pass
        finally:
            if not connections[using].needs_rollback:
                self.database.drop()
        return self.result

    # Reading

    def _read_mapping(self) -> None:
        if not self.options.mapping:
            return
        mapping = read_mapping(self.options.mapping, self.problems)
        self.result.metadata = mapping.metadata
        self.convert = partial(convert, mapping, lookup=RecordLookup(self.options.using), problems=self.problems)
        keeping = next((record for record in mapping.records if record.keeps_existing), None)
        if self.options.prune and keeping is not None:
            location = Location(mapping.name, keeping.line)
            expected = "a mapping without existing: keep; it leaves out records that an earlier load brought"
            raise DatasetError(Problem(location, "existing", "keep with --prune", expected))

    def _read(self) -> None:
        done = total = rows = 0

        def on_progress(done_bytes: int, total_bytes: int) -> None:
            nonlocal done, total
            done, total = done_bytes, total_bytes

        type_files: dict[str, str] = {}
        read = read_files if self.convert is None else read_mapped_file
        for file in read(self.path, on_progress, self.options.file_format):
            rows_before = rows
            try:
                for batch in self._batches(file):
                    self._refuse_second_file(type_files, batch)
                    if batch.record_type is schema.REDIRECTS:
                        self.redirects.add(batch)
                    else:
                        self._set_status(batch)
                        self.stage.add(batch)
                    rows += len(batch.lines)
                    self.listener.on_read(done, total, rows)
            except DatasetError as error:
                # Other files may have errors, too, and the rows before this one.
                self.problems.add(error.problem)
                if rows > rows_before:
                    expected = "all: what refers to the others may be reported, too"
                    got = f"only {rows - rows_before:,} rows, because the file can't be read on"
                    self.problems.add(Problem(error.problem.location, "", got, expected, code="unread"), "warning")
        # A mapped file may have no rows, as a file of ours may.
        is_empty = not self.stage.rows and self.redirects.is_empty and self.convert is None
        if is_empty and not self.problems.errors:
            got, expected = "no file with records", "at least one, such as events.csv"
            raise DatasetError(Problem(Location(self.path.name), "", got, expected))
        self.stage.create_indexes()

    def _batches(self, file: File) -> Iterator[Batch]:
        if self.convert is not None:
            return self.convert(file)
        name = file.name.lower()
        if name == schema.METADATA_FILE:
            self.result.metadata = read_metadata(file, self.problems)
            return iter(())
        if name.endswith(schema.TABLE_SUFFIXES):
            return read_csv(file, self.problems, self.options.type_name)
        if name.endswith(".jsonl"):
            return read_json_lines(file, self.problems, self.options.type_name)
        return (read_fixture if name.endswith(FIXTURE_SUFFIXES) else read_xlsx)(file, self.problems)

    def _refuse_second_file(self, type_files: dict[str, str], batch: Batch) -> None:
        """Raise DatasetError for a second file of a record type: which of two rows holds would be undefined."""
        first = type_files.setdefault(batch.record_type.name, batch.file)
        if first != batch.file:
            got, expected = (
                f"a second file of {batch.record_type.name}",
                f"one: {PurePosixPath(first).name} has them already",
            )
            raise DatasetError(Problem(Location(batch.file), "", got, expected))

    def _set_status(self, batch: Batch) -> None:
        if self.options.status is not None and batch.record_type.has_status:
            batch.cells["status"] = [str(self.options.status.value)] * len(batch.lines)

    # Comparing and writing

    def _merge_and_write(self) -> None:
        self.listener.on_phase("looking up what it refers to")
        base_states = BaseStates(self.database, self.result.metadata)
        overwrite = self.options.overwrite_corrections
        MergedSlugs(self.database, self.stage, base_states, self.problems, overwrite).replace()
        resolver = Resolver(self.database, self.stage, base_states)
        resolver.resolve()
        self.listener.on_phase("checking")
        ReferenceValidator(resolver, self.problems).validate()
        merge = None if self.problems.errors else self._merge(resolver)
        if merge is None or not merge.diff.is_empty:
            self._validate(resolver)
        if self.options.prune and not self.result.metadata.title:
            expected = f"a title in {schema.METADATA_FILE}, by which the records of earlier loads are known"
            self.problems.add(Problem(Location(self.path.name), "--prune", "no title", expected))
        if merge is None or self.problems.errors:
            raise _Rollback
        if self.options.prune:
            merge = self._select_pruned(merge, resolver)
        if not merge.diff.is_empty:
            StoredPartnerValidator(resolver, self.problems, merge.removed).validate()
        self.redirects.compare(resolver, merge.selection)
        if self.problems.errors:
            raise _Rollback
        self.result.counts, self.result.unpublished = _count(merge), merge.diff.count_unpublished()
        if self.options.dry_run:
            notes = chain(self.redirects.notes(), self.result.notes())
            self.listener.on_plan(MergeReport(merge, self.result.counts).plan(notes))
        elif self.result.has_corrections or merge.corrections.without_base:
            self.listener.on_corrections(MergeReport(merge, self.result.counts).corrections())
        self.result.counts |= self.redirects.counts()
        if merge.selection is not None:
            self.listener.on_phase("looking for what refers to the removed")
            ReferrerValidator(merge.selection).validate(self.problems)
            if self.problems.errors:
                raise _Rollback
        if not self.options.dry_run:
            self._write(merge)

    def _validate(self, resolver: Resolver) -> None:
        """Add all other problems; rows that are as the archive has them need no validation."""
        ConstraintValidator(resolver, self.problems).validate()
        EmbargoValidator(resolver, self.problems).validate()
        if any(
            column.target or column.name == "status"
            for rows in resolver.rows.values()
            for column in rows.record_type.columns
            if column.name in rows.staged.file_columns
        ):
            CrossRecordValidator(resolver, self.problems).validate()
            PublicationValidator(resolver, self.problems, self.options.status).validate()

    def _merge(self, resolver: Resolver) -> Merge:
        """The differences, without corrections unless they are to be overwritten."""
        overwrite = self.options.overwrite_corrections
        deletions = Deletions(resolver)
        if resolver.past_keys:
            deletions.find()
            if not overwrite:
                deletions.leave_out()
        diff = Diff(resolver)
        corrections = Corrections(diff, overwrite)
        if any(type_diff.changed for type_diff in diff.types.values()):
            corrections.find()
        return Merge(diff, corrections, deletions)

    def _select_pruned(self, merge: Merge, resolver: Resolver) -> Merge:
        selection = Selection(resolver)
        corrected_records = CorrectedRecords(selection, Authors(merge.corrections))
        corrected_records.find()
        if not self.options.overwrite_corrections:
            corrected_records.deselect()
        return replace(merge, selection=selection, corrected_records=corrected_records)

    def _write(self, merge: Merge) -> None:
        self.listener.on_phase("writing")
        origin = Origin(self.result.metadata.change_reason, self.options.user_id)
        selection = merge.selection
        writer = Writer(merge.diff, origin, selection.tables["appointments"] if selection is not None else "")
        loaded_records = LoadedRecordWriter(merge.corrections)
        has_existing = any(diff.rows.existing for diff in merge.diff.types.values())
        if has_existing:
            loaded_records.prepare()
        if not merge.diff.is_empty:
            writer.write()
        if has_existing:
            loaded_records.write(writer)
        if selection is not None and not selection.is_empty:
            self.listener.on_phase("removing")
            Removal(selection, origin, self.listener).remove()
        self.redirects.write(self.options.user_id)
        self.result.written = self.result.has_changes
        if self.result.written:
            self._write_audit_entry()

    def _write_audit_entry(self) -> None:
        """One entry for the whole load: its records' revisions say what it did to each."""
        using = self.options.using
        users = get_user_model()._default_manager.using(using)
        user = None if self.options.user_id is None else users.filter(pk=self.options.user_id).first()
        title = self.result.metadata.title or self.path.name
        names = ("added", "changed", "removed")
        sums = [sum(getattr(counts, name) for counts in self.result.counts.values()) for name in names]
        values = {name: f"{number:,}" for name, number in zip(names, sums, strict=True)}
        if self.options.status is None:
            detail = AuditDetail.LOADED.format(title=title, **values)
        else:
            detail = AuditDetail.LOADED_WITH_STATUS.format(title=title, **values, status=self.options.status.label)
        write_entry(AuditAction.LOADED, user, detail=detail, using=using)


def _count(merge: Merge) -> dict[str, Counts]:
    """The counts of each record type that the dataset has or that loses records."""
    removed = merge.selection.counts if merge.selection else {}
    staying = merge.corrected_records.counts if merge.corrected_records else {}
    names = [*merge.diff.types, *(name for counts in (removed, staying) for name in counts if counts[name])]
    result = {}
    for name in dict.fromkeys(names):
        diff, corrections = merge.diff.types.get(name), merge.corrections.types.get(name)
        deletions = merge.deletions.types.get(name)
        result[name] = Counts(
            *((diff.added, diff.changed, diff.unchanged) if diff else (0, 0, 0)),
            removed.get(name, 0),
            (corrections.records if corrections else 0) + staying.get(name, 0),
            corrections.conflicts if corrections else 0,
            deletions.deleted if deletions else 0,
            deletions.referring if deletions else 0,
        )
    return result


__all__ = ["Listener", "Options", "Result", "load", "mapping_names"]
