"""The command ``load``: arguments, progress and report of :func:`archive.datasets.load.load`."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from archive.choices import Status
from archive.datasets.load import Listener, Options, Result, load
from archive.datasets.mappings.reader import mapping_names
from archive.datasets.mappings.suggest import suggest_mapping
from archive.datasets.problems import DatasetError
from archive.datasets.schema import record_types
from archive.management.arguments import add_database_option

_STATUSES = (Status.DRAFT, Status.REVIEW, Status.PUBLISHED)
#: Exit codes, as in docs/reference/commands.md.
EXIT_INVALID, EXIT_USAGE, EXIT_FAILED = 1, 2, 3
#: Seconds between lines of progress in a log.
_INTERVAL = 5


class Command(BaseCommand):
    help = "Load a dataset: a directory, .zip, .tar.gz, .csv, .tsv, .jsonl, .xlsx or a fixture. All of it, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, nargs="?", help="the dataset")
        parser.add_argument("--plan", action="store_true", help="say what would change, and write nothing")
        parser.add_argument(
            "--prune", action="store_true", help="remove what an earlier load of it brought and it lacks now"
        )
        parser.add_argument(
            "--overwrite-corrections",
            action="store_true",
            help="take the dataset's values also where something was corrected or deleted here since its last load",
        )
        parser.add_argument(
            "--as", dest="status", choices=[str(status.value) for status in _STATUSES], help="status of all records"
        )
        parser.add_argument(
            "--errors", type=Path, metavar="FILE.csv", help="write all problems there, not the first only"
        )
        parser.add_argument(
            "--mapping", default="", metavar="NAME|FILE.yaml",
            help=f"how a file of another format becomes records: {', '.join(mapping_names())}, or a YAML file",
        )  # fmt: skip
        parser.add_argument(
            "--suggest-mapping", type=Path, metavar="FILE", help="print a mapping to begin from, and load nothing"
        )
        parser.add_argument("--kind", choices=list(record_types()), default="", help="what a single file's records are")
        parser.add_argument(
            "--format", choices=("csv", "tsv", "jsonl", "xlsx", "json", "yaml"), default="", help="its format"
        )
        add_database_option(parser, "which database (default: default)")

    def handle(self, *args: object, **options: Any) -> None:
        if options["suggest_mapping"] is not None:
            self._suggest_mapping(options["suggest_mapping"], options)
            return
        if options["path"] is None:
            raise CommandError("got no path, expected the path of a dataset.", returncode=EXIT_USAGE)
        load_options = Options(
            dry_run=options["plan"],
            prune=options["prune"],
            status=Status(options["status"]) if options["status"] else None,
            using=options["database"],
            type_name=options["kind"],
            file_format=options["format"],
            mapping=options["mapping"],
            overwrite_corrections=options["overwrite_corrections"],
        )
        errors = options["errors"]
        with ExitStack() as stack:
            try:
                stream = stack.enter_context(errors.open("w", encoding="utf-8", newline="")) if errors else None
                listener = stack.enter_context(ProgressBar(self) if sys.stderr.isatty() else ProgressLines(self))
                result = load(options["path"], load_options, listener, stream)
            except BrokenPipeError:
                raise  # by the reader of the output, not by a file
            except DatabaseError as error:
                raise _failure(f"The database refused: {str(error).strip().splitlines()[0]}") from error
            except OSError as error:
                raise _failure(f"{error.strerror}: {error.filename or errors or options['path']}") from error
        self._report(result, options["plan"])

    def _suggest_mapping(self, path: Path, options: dict[str, Any]) -> None:
        try:
            text = suggest_mapping(path, options["format"], options["kind"], options["database"])
            self.stdout.write(text, ending="")
        except DatasetError as error:
            raise CommandError(str(error), returncode=EXIT_INVALID) from error

    def _report(self, result: Result, is_plan: bool) -> None:
        for line in result.problems.lines("warning"):
            self.stdout.write(f"warning: {line}")
        if not result.is_valid:
            for line in result.problems.lines():
                self.stdout.write(line)
            count = result.problems.errors
            message = f"Nothing was loaded: {count:,} error{'' if count == 1 else 's'}."
            raise CommandError(message, returncode=EXIT_INVALID)
        if is_plan:
            self.stdout.write("This is a plan: nothing was written.")
            return
        for name, counts in result.counts.items():
            self.stdout.write(f"{name}: {counts}")
        for line in result.notes():
            self.stdout.write(line)
        if result.written:
            self.stdout.write("Loaded.")
        elif result.has_corrections:
            self.stdout.write(
                "Nothing was changed: the archive has all of it but for what was corrected here, which stays."
            )
        else:
            self.stdout.write("Nothing to do: the archive has all of it.")


def _failure(reason: str) -> CommandError:
    return CommandError(f"Nothing was loaded. {reason}.", returncode=EXIT_FAILED)


class ProgressLines(Listener):
    """Progress as lines of text every few seconds, for logs."""

    def __init__(self, command: Command) -> None:
        self._command, self._last_line = command, time.monotonic()

    def __enter__(self) -> ProgressLines:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def on_phase(self, name: str) -> None:
        if self._is_due():
            self._command.stderr.write(f"{name} ...")

    def on_read(self, done: int, total: int, rows: int) -> None:
        if self._is_due():
            self._last_line = time.monotonic()
            self._command.stderr.write(f"read {rows:,} rows, {done * 100 // max(total, 1)} %")

    def on_removed(self, done: int, total: int) -> None:
        if self._is_due():
            self._last_line = time.monotonic()
            self._command.stderr.write(f"removed {done:,} of {total:,} records")

    def _is_due(self) -> bool:
        return time.monotonic() - self._last_line > _INTERVAL

    def on_plan(self, lines: Iterator[str]) -> None:
        for line in lines:
            self._command.stdout.write(line)

    def on_corrections(self, lines: Iterator[str]) -> None:
        self.on_plan(lines)


class ProgressBar(ProgressLines):
    """Progress as a bar with rows per second and the remaining time, for terminals."""

    def __init__(self, command: Command) -> None:
        super().__init__(command)
        self._started = time.monotonic()
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, transient=True)
        self._task = self._progress.add_task("reading", total=None, rate="")

    def __enter__(self) -> ProgressBar:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def on_phase(self, name: str) -> None:
        self._progress.update(self._task, description=name)

    def on_read(self, done: int, total: int, rows: int) -> None:
        rate = rows / max(time.monotonic() - self._started, 0.001)
        self._progress.update(self._task, completed=done, total=total, rate=f"{rows:,} rows, {rate:,.0f}/s")

    def on_removed(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total, rate=f"{done:,} of {total:,} records")

    def on_plan(self, lines: Iterator[str]) -> None:
        self._progress.stop()
        super().on_plan(lines)
