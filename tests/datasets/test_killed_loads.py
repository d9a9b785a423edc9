"""A killed load writes everything or nothing; of two simultaneous loads one writes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from archive.datasets.schema import record_types
from tests.support.corrections import PARTS
from tests.support.datasets import write_files

# Of the tests' database, which is set up for tests that say they need one, all that is here works on a copy.
pytestmark = [pytest.mark.xdist_group("killed"), pytest.mark.slow, pytest.mark.django_db]
ROWS = 2_000
_EVENTS = "slug,status,name,classification,date,topics\nvisit,published,Visit,visit,2019,a;b\n"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A copy of the test database that other processes can open."""
    own = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        file = tmp_path_factory.mktemp("killed") / "archive.sqlite3"
        with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(file)])
        yield f"sqlite:///{file}"
        return
    name = f"{own['NAME']}_killed"
    user = own["USER"] + (f":{own['PASSWORD']}" if own["PASSWORD"] else "")
    with django_db_blocker.unblock():
        # Nobody may be connected to what is copied.
        connections["default"].close()
        with connections["default"]._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{own["NAME"]}"')
    yield f"postgresql://{user}@{own['HOST']}:{own['PORT'] or 5432}/{name}"
    with django_db_blocker.unblock(), connections["default"]._nodb_cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _environment(address: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": address, "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "config.settings"}


def _count(address: str) -> int:
    code = "import django; django.setup()\nfrom archive.models import Source\nprint(Source.objects.count())"
    words = [sys.executable, "-c", code]
    return int(subprocess.check_output(words, cwd=settings.BASE_DIR, env=_environment(address), text=True))


@dataclass
class Killer:
    """Client of the program tests/support/killed_loads.py."""

    program: subprocess.Popen[str]

    def run(self, path: Path, prune: bool, kill_at: int = 0, is_rehearsal: bool = False) -> dict[str, Any]:
        order = {"path": str(path), "prune": prune, "kill_at": kill_at, "is_rehearsal": is_rehearsal}
        assert self.program.stdin is not None
        assert self.program.stdout is not None
        self.program.stdin.write(json.dumps(order) + "\n")
        self.program.stdin.flush()
        answer: dict[str, Any] = json.loads(self.program.stdout.readline())
        assert answer["problems"] == []
        return answer

    def states(self, path: Path, prune: bool) -> tuple[list[Any], Any, Any]:
        """The state after each of ten loads that are killed, before all of them, and after one that is not."""
        rehearsal = self.run(path, prune, is_rehearsal=True)
        number = rehearsal["moments"]
        states = [self.run(path, prune, kill_at=1 + number * place // 10)["state"] for place in range(10)]
        return states, rehearsal["state"], self.run(path, prune)["state"]


@pytest.fixture
def killer(address: str) -> Iterator[Killer]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.support.killed_loads"], cwd=settings.BASE_DIR, env=_environment(address),
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as program:  # fmt: skip
        yield Killer(program)
        assert program.stdin is not None
        program.stdin.close()


def test_a_killed_load_writes_everything_or_nothing(tmp_path: Path, killer: Killer) -> None:
    """Of a load, and of the load that prunes its records."""
    files = {**PARTS, "topics.csv": "slug,status,name\na,published,A\nb,draft,B\n", "events.csv": _EVENTS}
    heads = {name: text.splitlines(keepends=True)[0] for name, text in files.items()}
    first, second = write_files(tmp_path / "1", files), write_files(tmp_path / "2", heads)
    for path, prune in ((first, False), (second, True)):
        states, before, after = killer.states(path, prune)
        assert before != after
        # The last moments may come after the end of the transaction.
        assert states[:7] == [before] * 7
        assert all(state in (before, after) for state in states)
    for name in files:
        record_type = record_types().get(name.removesuffix(".csv"))
        if record_type is not None:
            assert states[0][record_type.model._meta.db_table] != after[record_type.model._meta.db_table]


def _dataset(directory: Path) -> Path:
    topics = "".join(f"t{number},Topic {number}\n" for number in range(ROWS))
    events = "".join(f"e{number},E,meeting,2019,t{number}\n" for number in range(ROWS))
    return write_files(
        directory,
        {"topics.csv": "slug,name\n" + topics, "events.csv": "slug,name,classification,date,topics\n" + events},
    )


def test_of_two_simultaneous_loads_one_writes(tmp_path: Path, address: str) -> None:
    directory = _dataset(tmp_path / "d")
    (directory / "sources.csv").write_text("slug,title\n" + "".join(f"s{number},S\n" for number in range(ROWS)))
    words = [sys.executable, "manage.py", "load", str(directory)]
    both = [
        subprocess.Popen(
            words, cwd=settings.BASE_DIR, env=_environment(address), stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    results = [process.communicate()[0] for process in both]
    ended = sorted(process.returncode for process in both)
    # One has written all. The other came later and found nothing to do, or was refused in one line.
    assert sum(item.endswith("Loaded.\n") for item in results) == 1, results
    assert ended == [0, 0] or (ended == [0, 1] and "got a load that is still running" in "".join(results)), results
    assert _count(address) == ROWS
