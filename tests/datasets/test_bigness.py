"""What makes large datasets quick: types and counts that the database's planner goes by."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection

from archive.datasets.database import Database
from tests.datasets.datasets import loaded

pytestmark = pytest.mark.django_db


def test_a_number_in_a_table_made_by_a_query_has_a_type() -> None:
    """SQLite compares a column without a type by no index, and '1' is not 1 there."""
    database = Database("default")
    table = database.create_as("typed", f"SELECT {database.number('COALESCE(NULL, 1)')} AS id")
    found = database.one(f"SELECT id FROM {table} WHERE id = '1'")
    database.drop()
    assert found == 1


def test_the_planner_knows_of_many_new_records_at_once(tmp_path: Path) -> None:
    rows = "".join(f"t{number},Topic\n" for number in range(1_500))
    assert loaded(tmp_path, {"topics.csv": "slug,name\n" + rows}).written
    asked = {
        "postgresql": "SELECT reltuples FROM pg_class WHERE oid = 'archive_topic'::regclass",
        "sqlite": "SELECT max(stat) FROM sqlite_stat1 WHERE tbl = 'archive_topic'",
    }
    with connection.cursor() as cursor:
        cursor.execute(asked[connection.vendor])
        [known] = cursor.fetchone()
    assert int(float(str(known).split()[0])) >= 1_500
