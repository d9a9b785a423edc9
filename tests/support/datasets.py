"""Small datasets, written to a directory and loaded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive.datasets.load import Listener, Options, Result, load

EVENTS = "slug,status,name,classification,date\n"
EVENT = "talks,published,Talks,meeting,2019-07-12\n"
STATEMENTS = "slug,status,name,classification,date,attribution,speaker,body\n"
PEOPLE = {
    "officials.csv": "slug,status,name,state\nkim,published,Kim,KR\nabe,published,Abe,JP\n",
    "offices.csv": "slug,status,name,body\nminister,published,Minister,KR\n",
    "appointments.csv": "slug,status,official,office,start,end,mode\n"
    "kim-minister,published,kim,minister,2018,2020,substantive\n"
    "kim-later,published,kim,minister,2021,,substantive\n"
    "kim-named,published,kim,minister,2019,,nominee\n",
}


class RecordingListener(Listener):
    """Records the phases, the number of rows, the plan and the corrections of a load."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        self.lines: list[str] = []
        self.corrections: list[str] = []
        self.rows = 0

    def on_phase(self, name: str) -> None:
        self.phases.append(name)

    def on_read(self, done: int, total: int, rows: int) -> None:
        assert done <= total
        self.rows = rows

    def on_plan(self, lines: Any) -> None:
        self.lines += lines

    def on_corrections(self, lines: Any) -> None:
        self.corrections += lines


def write_files(directory: Path, files: dict[str, str | bytes]) -> Path:
    """Write the files; return the directory."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (directory / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return directory


def load_files(directory: Path, files: dict[str, str | bytes], **options: Any) -> Result:
    """Write and load the files; options as in :class:`Options`."""
    return load(write_files(directory, files), Options(**options))


def load_errors(directory: Path, files: dict[str, str | bytes], **options: Any) -> list[str]:
    """The error lines of files that must not load."""
    result = load_files(directory, files, **options)
    assert not result.is_valid
    assert not result.written
    return list(result.problems.lines())


def load_error(directory: Path, name: str, content: str | bytes) -> str:
    """The only error line of a file that must not load."""
    [line] = load_errors(directory, {name: content})
    return line


def plan_lines(directory: Path, files: dict[str, str | bytes], **options: Any) -> list[str]:
    """The lines of the plan; nothing is written."""
    listener = RecordingListener()
    result = load(write_files(directory, files), Options(dry_run=True, **options), listener)
    assert result.is_valid, list(result.problems.lines())
    assert not result.written
    return listener.lines
