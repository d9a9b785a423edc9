"""Writes small datasets and loads them."""

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


class Told(Listener):
    """Keeps what a load tells."""

    def __init__(self) -> None:
        self.phases: list[str] = []
        self.lines: list[str] = []
        self.rows = 0

    def phase(self, name: str) -> None:
        self.phases.append(name)

    def read(self, done: int, total: int, rows: int) -> None:
        assert done <= total
        self.rows = rows

    def plan(self, lines: Any) -> None:
        self.lines += lines


def written(directory: Path, files: dict[str, str | bytes]) -> Path:
    """The directory with these files in it."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (directory / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return directory


def loaded(directory: Path, files: dict[str, str | bytes], **options: Any) -> Result:
    """The result of loading these files."""
    return load(written(directory, files), Options(**options))


def errors(directory: Path, files: dict[str, str | bytes], **options: Any) -> list[str]:
    """The report of a load that must be refused."""
    result = loaded(directory, files, **options)
    assert not result.is_sound
    assert not result.written
    return list(result.problems.lines())


def plan(directory: Path, files: dict[str, str | bytes], **options: Any) -> list[str]:
    """The plan's lines; nothing is written."""
    told = Told()
    result = load(written(directory, files), Options(plan=True, **options), told)
    assert result.is_sound, list(result.problems.lines())
    assert not result.written
    return told.lines


def one(directory: Path, name: str, content: str | bytes) -> str:
    """The only error that a file has."""
    [line] = errors(directory, {name: content})
    return line
