"""A load that is killed leaves nothing behind or is done; two at once do not mix."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connections

from archive.loading.dataset import Listener, Options, load
from tests.loading.datasets import written

pytestmark = [pytest.mark.xdist_group("killed"), pytest.mark.slow]
ROWS = 4_000
_PROGRAM = """
import os, sys
from pathlib import Path
import django
django.setup()
from archive.loading.dataset import Listener, Options, load
print("ready", flush=True)
for line in sys.stdin:
    pid = os.fork()
    if not pid:
        load(Path(sys.argv[1]), Options())
        os._exit(0)
    print(pid, flush=True)
    os.waitpid(pid, 0)
    print("ended", flush=True)
"""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> Iterator[str]:
    """A database of its own, migrated, which other processes can open."""
    own = connections["default"].settings_dict
    if connections["default"].vendor == "sqlite":
        address = f"sqlite:///{tmp_path_factory.mktemp('killed') / 'archive.sqlite3'}"
    else:
        name = f"{own['NAME']}_killed"
        with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}"')
        user = own["USER"] + (f":{own['PASSWORD']}" if own["PASSWORD"] else "")
        address = f"postgresql://{user}@{own['HOST']}:{own['PORT'] or 5432}/{name}"
    _run(address, [sys.executable, "manage.py", "migrate", "-v0"])
    yield address
    if connections["default"].vendor == "postgresql":
        with django_db_blocker.unblock(), connections["default"].cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _environment(address: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": address, "DEBUG": "true", "DJANGO_SETTINGS_MODULE": "config.settings"}


def _run(address: str, words: list[str]) -> str:
    done = subprocess.run(
        words, cwd=settings.BASE_DIR, env=_environment(address), capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr


def _dataset(directory: Path) -> Path:
    topics = "".join(f"t{number},Topic {number}\n" for number in range(ROWS))
    events = "".join(f"e{number},E,meeting,2019,t{number}\n" for number in range(ROWS))
    return written(
        directory,
        {"topics.csv": "slug,name\n" + topics, "events.csv": "slug,name,classification,date,topics\n" + events},
    )


def _counts(address: str) -> list[int]:
    code = (
        "import django; django.setup()\n"
        "from archive.models import Event, Topic\n"
        "print(*(one.count() for one in (Topic.objects, Event.objects, Event.topics.through.objects, "
        "Event.history, Topic.history)))"
    )
    return [int(word) for word in _run(address, [sys.executable, "-c", code]).split()]


def test_killed_at_twenty_random_moments_nothing_or_everything_is_there(tmp_path: Path, address: str) -> None:
    directory = _dataset(tmp_path / "d")
    words = [sys.executable, "-c", _PROGRAM, str(directory)]
    chance = random.Random(7)
    with subprocess.Popen(
        words,
        cwd=settings.BASE_DIR,
        env=_environment(address),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
        for _ in range(20):
            program.stdin.write("go\n")
            program.stdin.flush()
            child = int(program.stdout.readline())
            time.sleep(chance.random() * 0.4)
            with suppress(ProcessLookupError):  # a quick machine may have come to the end
                os.kill(child, signal.SIGKILL)
            assert program.stdout.readline() == "ended\n"
        program.stdin.close()
    # Those that came to their end before the signal have loaded all.
    assert _counts(address) in ([0] * 5, [ROWS] * 5)
    assert (
        "Loaded." in (told := _run(address, [sys.executable, "manage.py", "load", str(directory)]))
        or "Nothing to" in told
    )
    assert _counts(address) == [ROWS] * 5


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_second_load_is_refused_while_one_runs(tmp_path: Path) -> None:
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x43_48_41_4E_4C_4F_41_44])
        directory = written(tmp_path, {"topics.csv": "slug,name\na,A\n"})
        assert list(load(directory, Options()).problems.lines()) == [
            "archive: got a load that is still running, expected none: try again when it has ended."
        ]
        cursor.execute("ROLLBACK")
    other.close()
    assert load(directory, Options()).written


class _Settings(Listener):
    """Hears what the server has for a setting in each phase of a load."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: set[str] = set()

    def now(self) -> str:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_setting(%s)", [self.name])
            return str(cursor.fetchone()[0])

    def phase(self, name: str) -> None:
        self.values.add(self.now())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_server_looks_every_two_seconds_whether_a_load_is_still_there(tmp_path: Path) -> None:
    settings_of_load = _Settings("client_connection_check_interval")
    before = settings_of_load.now()
    directory = written(tmp_path, {"topics.csv": "slug,name\na,A\n"})
    assert load(directory, Options(), settings_of_load).written
    assert settings_of_load.values == {"2s"}
    assert settings_of_load.now() == before


def test_two_loads_at_once_do_not_mix(tmp_path: Path, address: str) -> None:
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
    told = [process.communicate()[0] for process in both]
    ended = sorted(process.returncode for process in both)
    # One has written all. The other came later and found nothing to do, or was refused in one line.
    assert sum(one.endswith("Loaded.\n") for one in told) == 1, told
    assert ended == [0, 0] or (ended == [0, 1] and "got a load that is still running" in "".join(told)), told
    assert _counts(address)[0] == ROWS
