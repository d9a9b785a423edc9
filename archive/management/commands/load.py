"""``load PATH``: arguments and printing; what it does is in :mod:`archive.datasets`."""

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
from archive.datasets import schema
from archive.datasets.load import Listener, Options, Result, load

_STATUSES = (Status.DRAFT, Status.REVIEW, Status.PUBLISHED)
#: Exit codes; docs/reference/commands.md has them for readers.
WRONG, FAILED = 1, 3


class Command(BaseCommand):
    help = "Load a dataset: a directory, .zip, .tar.gz, .csv, .jsonl, .xlsx or a fixture. All of it, or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the dataset")
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
            "--as", dest="status", choices=[str(one.value) for one in _STATUSES], help="status of all records"
        )
        parser.add_argument(
            "--errors", type=Path, metavar="FILE.csv", help="write all problems there, not the first only"
        )
        parser.add_argument("--kind", choices=list(schema.kinds()), default="", help="what a single file's records are")
        parser.add_argument("--format", choices=("csv", "jsonl", "xlsx", "json", "yaml"), default="", help="its form")
        parser.add_argument("--database", default="default", help="which database (usual: default)")

    def handle(self, *args: Any, **asked: Any) -> None:
        status = Status(asked["status"]) if asked["status"] else None
        options = Options(
            asked["plan"], asked["prune"], status, using=asked["database"], kind=asked["kind"], format=asked["format"],
            overwrite_corrections=asked["overwrite_corrections"],
        )  # fmt: skip
        errors = asked["errors"]
        with ExitStack() as stack:
            try:
                into = stack.enter_context(errors.open("w", encoding="utf-8", newline="")) if errors else None
                result = load(asked["path"], options, stack.enter_context(_listener(self)), into)
            except DatabaseError as error:
                raise _failed(f"The database refused: {str(error).strip().splitlines()[0]}") from error
            except OSError as error:
                raise _failed(f"{error.strerror}: {error.filename or errors or asked['path']}") from error
        self._report(result, asked)

    def _report(self, result: Result, asked: dict[str, Any]) -> None:
        for line in result.problems.lines("warning"):
            self.stdout.write(f"warning: {line}")
        if not result.is_sound:
            for line in result.problems.lines():
                self.stdout.write(line)
            count = result.problems.errors
            raise CommandError(f"Nothing was loaded: {count:,} error{'' if count == 1 else 's'}.", returncode=WRONG)
        if asked["plan"]:
            self.stdout.write("This is a plan: nothing was written.")
            return
        for name, counts in result.counts.items():
            self.stdout.write(f"{name}: {counts.sentence()}")
        for line in result.notes():
            self.stdout.write(line)
        self.stdout.write(_end(result))


def _end(result: Result) -> str:
    if result.written:
        return "Loaded."
    if result.keeps_corrections:
        return "Nothing was changed: the archive has all of it but for what was corrected here, which stays."
    return "Nothing to do: the archive has all of it."


def _failed(told: str) -> CommandError:
    return CommandError(f"Nothing was loaded. {told}.", returncode=FAILED)


def _listener(command: Command) -> Any:
    return _Bar(command) if sys.stderr.isatty() else _Lines(command)


class _Lines(Listener):
    """Plain lines: for logs, and for whoever reads a file later."""

    def __init__(self, command: Command) -> None:
        self._command, self._told = command, time.monotonic()

    def __enter__(self) -> _Lines:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def phase(self, name: str) -> None:
        if time.monotonic() - self._told > 5:
            self._command.stderr.write(f"{name} ...")

    def read(self, done: int, total: int, rows: int) -> None:
        if time.monotonic() - self._told > 5:
            self._told = time.monotonic()
            self._command.stderr.write(f"read {rows:,} rows, {done * 100 // max(total, 1)} %")

    def removed(self, done: int, total: int) -> None:
        if time.monotonic() - self._told > 5:
            self._told = time.monotonic()
            self._command.stderr.write(f"removed {done:,} of {total:,} records")

    def plan(self, lines: Iterator[str]) -> None:
        for line in lines:
            self._command.stdout.write(line)

    def corrections(self, lines: Iterator[str]) -> None:
        self.plan(lines)


class _Bar(_Lines):
    """A bar with rows per second and the time that is left."""

    def __init__(self, command: Command) -> None:
        super().__init__(command)
        self._began = time.monotonic()
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
        )
        self._progress = Progress(*columns, transient=True)
        self._task = self._progress.add_task("reading", total=None, rate="")

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._progress.stop()

    def phase(self, name: str) -> None:
        self._progress.update(self._task, description=name)

    def read(self, done: int, total: int, rows: int) -> None:
        rate = rows / max(time.monotonic() - self._began, 0.001)
        self._progress.update(self._task, completed=done, total=total, rate=f"{rows:,} rows, {rate:,.0f}/s")

    def removed(self, done: int, total: int) -> None:
        self._progress.update(self._task, completed=done, total=total, rate=f"{done:,} of {total:,} records")

    def plan(self, lines: Iterator[str]) -> None:
        self._progress.stop()
        super().plan(lines)
