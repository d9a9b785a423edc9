"""On PostgreSQL one load runs at a time, and the server ends a load whose client is gone.

These tests empty the database after them, so they belong to no group that begins earlier.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connections

from archive.datasets.load import Listener, Options, load
from tests.support.datasets import write_files


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_second_load_is_refused_while_one_runs(tmp_path: Path) -> None:
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [0x43_48_41_4E_4C_4F_41_44])
        directory = write_files(tmp_path, {"topics.csv": "slug,name\na,A\n"})
        assert list(load(directory, Options()).problems.lines()) == [
            "archive: got a load that is still running, expected none: try again when it has ended."
        ]
        cursor.execute("ROLLBACK")
    other.close()
    assert load(directory, Options()).written


class _SettingListener(Listener):
    """Records the values of a server setting in the phases of a load."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.values: set[str] = set()

    def current_value(self) -> str:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT current_setting(%s)", [self.name])
            return str(cursor.fetchone()[0])

    def on_phase(self, name: str) -> None:
        self.values.add(self.current_value())


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_the_server_checks_the_connection_of_a_load_every_two_seconds(tmp_path: Path) -> None:
    settings_of_load = _SettingListener("client_connection_check_interval")
    before = settings_of_load.current_value()
    directory = write_files(tmp_path, {"topics.csv": "slug,name\na,A\n"})
    assert load(directory, Options(), settings_of_load).written
    assert settings_of_load.values == {"2s"}
    assert settings_of_load.current_value() == before
