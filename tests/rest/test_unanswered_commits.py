"""Writes whose COMMIT is not answered, and a retry while the first is at work: with transactions of their own.

They are no part of ``test_idempotency``, whose records are written in a transaction around all of its tests.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client

from archive.models import Topic
from archive.rest.idempotency import lock_number
from tests.support.rest_client import ROOT, RestClient, problem

BODY = {"slug": "once", "name": "Once", "status": "published"}
KEY = {"idempotency-key": '"8e03978e-40d5-43dd-bc93-6894a57f9324"'}


class Cut:
    """A database connection whose COMMIT reaches the server, or not, and whose answer does not come back."""

    def __init__(self, real: Any, is_stored: bool) -> None:
        self.__dict__.update(real=real, is_stored=is_stored)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.real, name, value)

    def commit(self) -> None:
        self.real.commit() if self.is_stored else self.real.rollback()
        if isinstance(self.real, sqlite3.Connection):
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorname = "SQLITE_IOERR_FSYNC"
            raise error
        raise psycopg.OperationalError("server closed the connection unexpectedly")


@pytest.fixture
def editor_here(transactional_db: None) -> User:
    return User.objects.create_superuser("chief", password="a-test-password")


@pytest.fixture
def cut(editor_here: User, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Cuts the connection at the next COMMIT; what is done about it is undone after the test."""
    real = connection.connection
    # A connection that is CONN_MAX_AGE old is replaced when the request begins, and with it the cut.
    monkeypatch.setattr(connection, "close_at", None)

    def cut_off(is_stored: bool) -> None:
        connection.connection = Cut(real, is_stored)

    yield cut_off
    connection.connection = real


def _mended() -> None:
    if isinstance(connection.connection, Cut):
        connection.connection = connection.connection.real


@pytest.mark.parametrize("is_stored", [True, False])
def test_a_connection_that_breaks_at_commit_leaves_the_outcome_open(
    editor_here: User, cut: Any, is_stored: bool
) -> None:
    asker = RestClient(editor_here)
    cut(is_stored)
    answer = asker.send("POST", "topics/", BODY, **KEY)
    _mended()
    detail = problem(answer, 503)["detail"]
    assert "not known" in detail
    assert f"Read {ROOT}topics/once/ again" in detail
    assert "othing was changed" not in detail
    assert Topic.objects.filter(slug="once").exists() is is_stored
    again = asker.send("POST", "topics/", BODY, **KEY)
    assert (again.status_code, again.json()["slug"]) == (201, "once")
    assert Topic.objects.filter(slug="once").count() == 1


def test_the_admin_and_pages_say_so_too(editor_here: User, cut: Any) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(editor_here, backend="archive.accounts.backend.PermissionBackend")
    cut(True)
    answer = client.post("/admin/archive/topic/add/", {"slug": "page", "name": "Page", "status": "draft"})
    _mended()
    assert answer.status_code in (500, 503)
    assert "not known whether what you sent was stored" in answer.content.decode()


@pytest.mark.postgresql
def test_a_retry_while_the_first_is_at_work_is_told_to_wait(editor_here: User) -> None:
    key = lock_number(editor_here, KEY["idempotency-key"].strip('"'))
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [key])
        problem(RestClient(editor_here).send("POST", "topics/", BODY, **KEY), 409)
    finally:
        other.close()
    assert RestClient(editor_here).send("POST", "topics/", BODY, **KEY).status_code == 201
