"""On PostgreSQL one load runs at a time, and the server ends a load whose client is gone.

These tests empty the database after them, so they belong to no group that begins earlier.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connections

from archive.datasets.load import Listener, Options, load
from tests.datasets.datasets import written


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
