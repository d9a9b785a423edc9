"""What a command says while the database is away, is no database or was not migrated: a line, and exit code 2."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import IntegrityError, OperationalError

from archive.database import command_failure

pytestmark = [pytest.mark.any_database, pytest.mark.slow]
#: A port on which nothing listens.
_CLOSED = "postgresql://nobody@127.0.0.1:9/nothing"
_COMMANDS = (("publish_due",), ("check_archive",), ("export", "copy"))


def run(url: str, folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *command],
        cwd=folder,
        env={**os.environ, "DATABASE_URL": url, "DEBUG": "true"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("command", _COMMANDS, ids=" ".join)
def test_a_database_that_was_not_migrated_is_a_line_with_the_remedy(command: tuple[str, ...], tmp_path: Path) -> None:
    ended = run(f"sqlite:///{tmp_path}/empty.sqlite3", tmp_path, *command)
    assert ended.returncode == 2
    assert "The database was not migrated by this version: no such table: " in ended.stderr
    assert "Run manage.py migrate" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("command", [*_COMMANDS[:1], ("migrate",)], ids=" ".join)
def test_a_server_that_does_not_answer_is_a_line(command: tuple[str, ...], tmp_path: Path) -> None:
    ended = run(_CLOSED, tmp_path, *command)
    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1].startswith("The database did not answer: ")
    assert "Traceback" not in ended.stderr


def test_a_file_that_is_no_database_is_a_line(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("These are notes. " * 100, encoding="utf-8")
    ended = run(f"sqlite:///{tmp_path}/notes.txt", tmp_path, "publish_due")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "file is not a database" in ended.stderr


def test_the_trace_is_shown_on_request(tmp_path: Path) -> None:
    ended = run(f"sqlite:///{tmp_path}/empty.sqlite3", tmp_path, "publish_due", "--traceback")
    assert "Traceback" in ended.stderr


def test_a_fault_of_the_command_itself_is_no_failure_of_the_database() -> None:
    assert command_failure(IntegrityError("UNIQUE constraint failed: archive_topic.slug")) is None
    with pytest.raises(sqlite3.OperationalError) as raised:
        sqlite3.connect(":memory:").execute("SELEC 1")
    error = OperationalError(str(raised.value))
    error.__cause__ = raised.value
    assert command_failure(error) is None
