"""The command ``load``: output and exit codes."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from archive.management.commands import load as command
from archive.models import Event, Topic
from tests.support.datasets import EVENT, EVENTS, write_files

pytestmark = pytest.mark.django_db


def run(path: Path, *options: str) -> str:
    out = StringIO()
    call_command("load", str(path), *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_the_result_is_printed(tmp_path: Path) -> None:
    directory = write_files(tmp_path, {"events.csv": EVENTS + EVENT})
    assert run(directory) == "events: 1 added\nLoaded.\n"
    assert run(directory) == "events: 1 unchanged\nNothing to do: the archive has all of it.\n"


def test_a_plan_is_printed_and_writes_nothing(tmp_path: Path) -> None:
    directory = write_files(tmp_path, {"events.csv": EVENTS + EVENT})
    assert run(directory, "--plan") == "events: 1 added\n  + talks\nThis is a plan: nothing was written.\n"
    assert not Event.objects.exists()


def test_errors_exit_with_code_1_and_are_written_to_the_file(tmp_path: Path) -> None:
    directory = write_files(tmp_path / "d", {"topics.csv": "slug,name\na,\nb b,B\n"})
    out = StringIO()
    with pytest.raises(CommandError, match="Nothing was loaded: 2 errors") as ended:
        call_command("load", str(directory), "--errors", str(tmp_path / "errors.csv"), stdout=out)
    assert ended.value.returncode == command.EXIT_INVALID == 1
    assert len(out.getvalue().splitlines()) == 2
    rows = list(csv.DictReader((tmp_path / "errors.csv").open(encoding="utf-8")))
    assert [(row["file"], row["line"], row["field"], row["suggestion"]) for row in rows] == [
        ("topics.csv", "3", "slug", "b-b"),
        ("topics.csv", "2", "name", ""),
    ]


def test_a_full_database_exits_with_code_3_and_nothing_is_written(tmp_path: Path) -> None:
    directory = write_files(tmp_path, {"topics.csv": "slug,name\na,A\n"})
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$"
            )
            cursor.execute(
                "CREATE TRIGGER full_disk BEFORE INSERT ON archive_historicaltopic "
                "FOR EACH ROW EXECUTE FUNCTION full_disk()"
            )
        else:
            cursor.execute(
                "CREATE TEMP TRIGGER full_disk BEFORE INSERT ON main.archive_historicaltopic "
                "BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"
            )
    with pytest.raises(CommandError, match=r"The database refused: .*(full|No space left)") as ended:
        run(directory)
    assert ended.value.returncode == command.EXIT_FAILED == 3
    assert not Topic.objects.exists()
    with connection.cursor() as cursor:
        on = " ON archive_historicaltopic" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER full_disk{on}")
    assert run(directory).endswith("Loaded.\n")


def test_a_full_disk_for_the_file_of_errors_exits_with_code_3(tmp_path: Path) -> None:
    directory = write_files(tmp_path, {"topics.csv": "slug,name\n" + "a,\n" * 2_000})
    with pytest.raises(CommandError, match="No space left on device") as ended:
        run(directory, "--errors", "/dev/full")
    assert ended.value.returncode == command.EXIT_FAILED


class ClosedPipe(StringIO):
    def write(self, text: str) -> int:
        raise BrokenPipeError(32, "Broken pipe")


@pytest.mark.parametrize("option", ["--plan", "--overwrite-corrections"])
def test_a_reader_that_has_gone_is_no_failure_of_the_load(tmp_path: Path, option: str) -> None:
    directory = write_files(tmp_path, {"events.csv": EVENTS + EVENT})
    with pytest.raises(BrokenPipeError):
        call_command("load", str(directory), option, stdout=ClosedPipe(), stderr=StringIO())


def test_progress_is_a_bar_on_a_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bars: list[Any] = []

    class Bar(command.ProgressBar):
        def on_read(self, done: int, total: int, rows: int) -> None:
            super().on_read(done, total, rows)
            bars.append(self._progress.tasks[0])

    monkeypatch.setattr(command, "ProgressBar", Bar)
    monkeypatch.setattr(command.sys.stderr, "isatty", lambda: True, raising=False)
    directory = write_files(tmp_path, {"events.csv": EVENTS + EVENT})
    assert "+ talks" in run(directory, "--plan")
    assert bars[-1].completed == bars[-1].total == len(EVENTS + EVENT)
    assert bars[-1].fields["rate"].startswith("1 rows, ")


def test_progress_is_lines_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter(range(0, 1_000, 10))
    monkeypatch.setattr(command.time, "monotonic", lambda: next(ticks))
    err = StringIO()
    directory = write_files(tmp_path, {"events.csv": EVENTS + EVENT})
    call_command("load", str(directory), stdout=StringIO(), stderr=err)
    assert "read 1 rows, 100 %\n" in err.getvalue()
    assert "checking ...\n" in err.getvalue()
