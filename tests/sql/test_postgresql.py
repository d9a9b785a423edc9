"""Prepared statements on PostgreSQL: results, errors and lost connections."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import psycopg
import pytest
from django.db import DataError, connection, transaction

from archive.sql import postgresql
from archive.sql.postgresql import fetch

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("cast", "value", "answer"),
    [
        ("text", "50 %s of 100 %% 'quoted' ü", "50 %s of 100 %% 'quoted' ü"),
        ("text", None, None),
        ("bigint", -7, "-7"),
        ("date", date(2019, 7, 12), "2019-07-12"),
        ("timestamptz", datetime(2019, 7, 12, 3, tzinfo=UTC), "2019-07-12 03:00:00+00"),
    ],
)
def test_parameters_are_passed_unchanged(cast: str, value: Any, answer: Any) -> None:
    sql = f"SELECT (%s::{cast})::text"
    expected = None if answer is None else answer.encode()
    assert fetch(connection, sql, [value]) == expected
    with transaction.atomic():
        assert fetch(connection, sql, [value]) == expected


def test_a_doubled_percent_sign_is_a_literal_one() -> None:
    assert fetch(connection, "SELECT '100%% of ' || %s::text", ["it"]) == b"100% of it"


def test_no_row_is_none() -> None:
    assert fetch(connection, "SELECT 'x' WHERE false", []) is None


def test_prepared_statements_per_connection_are_bounded() -> None:
    for number in range(postgresql._MAX_PREPARED + 20):
        assert fetch(connection, f"SELECT '{number}'", []) == str(number).encode()
    assert fetch(connection, "SELECT '0'", []) == b"0"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements")
        assert cursor.fetchone()[0] <= postgresql._MAX_PREPARED


def test_a_closed_connection_is_reopened() -> None:
    fetch(connection, "SELECT 'x'", [])
    with psycopg.connect(**_address(), autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    assert fetch(connection, "SELECT 'x'", []) == b"x"


def test_statements_are_prepared_again_after_deallocation() -> None:
    fetch(connection, "SELECT 'x'", [])
    with connection.cursor() as cursor:
        cursor.execute("DEALLOCATE ALL")
    assert fetch(connection, "SELECT 'x'", []) == b"x"


def test_statements_are_prepared_again_when_a_table_changed() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE prepared_once (value integer)")
        cursor.execute("INSERT INTO prepared_once VALUES (1)")
        try:
            fetch(connection, "SELECT 'x'", [])
            assert fetch(connection, "SELECT * FROM prepared_once", []) == b"1"
            cursor.execute("ALTER TABLE prepared_once ALTER value TYPE text USING 'one'")
            assert fetch(connection, "SELECT * FROM prepared_once", []) == b"one"
            assert fetch(connection, "SELECT 'x'", []) == b"x"
        finally:
            cursor.execute("DROP TABLE prepared_once")


def test_errors_are_django_errors() -> None:
    with pytest.raises(DataError):
        fetch(connection, "SELECT (%s::bigint)::text", ["many"])
    assert fetch(connection, "SELECT 'x'", []) == b"x"


def test_queries_are_in_the_query_log(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        fetch(connection, "SELECT 'x'", [])


def test_nothing_is_prepared_if_prepared_statements_are_disabled(settings: Any) -> None:
    settings.PREPARED_STATEMENTS = False
    assert fetch(connection, "SELECT 'unprepared'", []) == b"unprepared"
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%%unprepared%%'")
        assert cursor.fetchone()[0] == 0


def _address() -> dict[str, Any]:
    result = connection.get_connection_params()
    return {name: result[name] for name in ("dbname", "user", "password", "host", "port") if name in result}
