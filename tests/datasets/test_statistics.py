"""Column types and statistics, on which the speed of large loads depends."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from archive.datasets.database import Database
from archive.models import Topic
from tests.support.datasets import load_files

pytestmark = pytest.mark.django_db


def test_a_column_of_a_temporary_table_has_the_type_bigint() -> None:
    """SQLite uses no index on a column without a type, and '1' is not 1 there."""
    database = Database("default")
    table = database.create_table_as("typed", f"SELECT {database.bigint('COALESCE(NULL, 1)')} AS id")
    value = database.scalar(f"SELECT id FROM {table} WHERE id = '1'")
    database.drop()
    assert value == 1


def test_a_large_load_updates_the_statistics_of_its_tables(tmp_path: Path) -> None:
    rows = "".join(f"t{number},Topic\n" for number in range(1_500))
    assert load_files(tmp_path, {"topics.csv": "slug,name\n" + rows}).written
    queries = {
        "postgresql": "SELECT reltuples FROM pg_class WHERE oid = 'archive_topic'::regclass",
        "sqlite": "SELECT max(stat) FROM sqlite_stat1 WHERE tbl = 'archive_topic'",
    }
    with connection.cursor() as cursor:
        cursor.execute(queries[connection.vendor])
        [statistics] = cursor.fetchone()
    assert int(float(str(statistics).split()[0])) >= 1_500


@pytest.mark.postgresql  # SQLite plans small tables without statistics.
def test_the_first_load_of_a_new_database_updates_statistics_too(tmp_path: Path) -> None:
    """Autovacuum comes a minute later; until then a page planned as if there were one row took eight seconds."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE archive_topic CASCADE")
    database = Database("default")
    assert database.has_grown(Topic, 60)
    rows = "".join(f"t{number},Topic\n" for number in range(60))
    assert load_files(tmp_path, {"topics.csv": "slug,name\n" + rows}).written
    assert not database.has_grown(Topic, 0)
    assert database.scalar("SELECT reltuples FROM pg_class WHERE relname = 'archive_topic'") == 60
