"""Statement timeouts: a query that takes too long is stopped, and the response is a 503."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from archive.database import is_timeout
from archive.lru import clear_caches
from archive.middleware import database_errors
from archive.sql.compiler import Compiler
from archive.sql.query import CompiledQuery, statement_timeout
from tests.support.graphql_client import code, get

pytestmark = pytest.mark.django_db
COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT CAST(count(*) AS text) FROM n"


@pytest.fixture
def short_timeout(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    settings.STATEMENT_TIMEOUT = 0.05 if connection.vendor == "sqlite" else 1
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 50")
    endless = CompiledQuery(COUNTING, ())
    monkeypatch.setattr(Compiler, "compile", lambda *_: endless)
    clear_caches()
    yield
    clear_caches()


@pytest.mark.usefixtures("short_timeout")
def test_graphql_returns_503_if_the_compiled_query_is_stopped() -> None:
    response = get(query="{ events { totalCount } }")
    assert (response.status_code, code(response)) == (503, "TIMEOUT")
    assert "Retry-After" not in response
    assert response["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("short_timeout")
def test_rest_returns_503_as_problem_details() -> None:
    response = Client().get("/api/v1/events/")
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert "Retry-After" not in response


def test_query_within_the_timeout_is_not_stopped(settings: Any) -> None:
    settings.STATEMENT_TIMEOUT = 1_000
    with statement_timeout(connection), connection.cursor() as cursor:
        cursor.execute(COUNTING.replace("FROM n)", "FROM n WHERE i < 200000)"))
        assert cursor.fetchone() == ("200000",)


def test_overlapping_timeouts_end_independently(settings: Any) -> None:
    """Threads that share a connection, as in a live test server, need not finish in the order in which they started."""
    settings.STATEMENT_TIMEOUT = 0.01
    first, second = statement_timeout(connection), statement_timeout(connection)
    first.__enter__()
    second.__enter__()
    first.__exit__()
    second.__exit__()
    time.sleep(0.02)
    with connection.cursor() as cursor:
        cursor.execute(COUNTING.replace("FROM n)", "FROM n WHERE i < 200000)"))
        assert cursor.fetchone() == ("200000",)


def test_new_connections_have_the_timeout_unless_behind_a_pooler(settings: Any) -> None:
    if connection.vendor == "sqlite":
        database_errors.set_statement_timeout(connection)  # has nothing to set: the process stops what runs in it
        return
    settings.STATEMENT_TIMEOUT = 7
    for prepared, expected in ((False, "0"), (True, "7s")):
        settings.PREPARED_STATEMENTS = prepared
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 0")
            database_errors.set_statement_timeout(connection)
            cursor.execute("SHOW statement_timeout")
            assert cursor.fetchone() == (expected,)
            transaction.set_rollback(True)


def test_page_whose_query_is_stopped_is_a_503(rf: Any) -> None:
    middleware = database_errors.DatabaseErrorMiddleware(lambda request: None)  # type: ignore[arg-type,return-value]
    error = OperationalError("stopped")
    error.__cause__ = Exception("interrupted")
    response = middleware.process_exception(rf.get("/"), error)
    assert response is not None
    assert (response.status_code, response.get("Retry-After")) == (503, None)
    assert "This took too long and was stopped" in response.content.decode()
    assert middleware.process_exception(rf.get("/"), ValueError("interrupted")) is None


def test_other_database_errors_are_not_timeouts() -> None:
    assert not is_timeout(OperationalError("connection refused"))
    assert not is_timeout(ValueError("interrupted"))
