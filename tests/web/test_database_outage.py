"""While the database is away, every door answers 503; where its disk is full, a write is told so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from archive import database

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test notes is forgotten after it."""
    monkeypatch.setattr(database, "_last_full", [])


class WithState(Exception):
    """As PostgreSQL's driver has them."""

    def __init__(self, sqlstate: str) -> None:
        self.sqlstate = sqlstate
        super().__init__("could not extend file")


@contextmanager
def failing(error: Exception) -> Iterator[None]:
    """Every statement fails."""

    def fail(*args: Any) -> Any:
        raise error

    with connection.execute_wrapper(fail):
        yield


def caused(state: str) -> OperationalError:
    error = OperationalError("could not extend file")
    error.__cause__ = WithState(state)
    return error


PAGES = ["/", "/topics/gsomia/", "/search/?q=kim", "/speech-acts/", "/events/no-such/"]
DOORS = ["/api/v1/events/", "/graphql/?query={events(first:1){edges{node{slug}}}}", "/readyz"]


@pytest.mark.parametrize("error", [OperationalError("connection refused"), InterfaceError("connection is closed")])
@pytest.mark.parametrize("path", [*PAGES, *DOORS])
def test_every_door_answers_503(client: Client, path: str, error: Exception) -> None:
    with failing(error):
        response = client.get(path)
    assert response.status_code == 503
    assert response.get("Retry-After") or path.startswith("/graphql")
    assert b"Traceback" not in response.content


@pytest.mark.parametrize("path", [*PAGES, *DOORS[:2]])
def test_every_door_reports_a_timeout_without_retry_after(client: Client, path: str) -> None:
    """Clients repeat by themselves a request whose response has the field."""
    with failing(caused("57014")):
        response = client.get(path)
    assert (response.status_code, response.get("Retry-After")) == (503, None)
    assert "This took too long and was stopped" in response.content.decode()
    assert '"TIMEOUT"' in response.content.decode() or not path.startswith("/graphql")


@pytest.mark.parametrize("path", ["/", "/admin/", "/api/v1/events/"])
def test_an_unreadable_session_is_503(client: Client, path: str) -> None:
    client.cookies["sessionid"] = "a" * 32
    with failing(OperationalError("connection refused")):
        assert client.get(path).status_code == 503


@pytest.mark.parametrize("path", ["/", "/api/v1/events/", "/graphql/?query={__typename}"])
def test_a_private_archive_answers_503_before_any_view(settings: Any, path: str) -> None:
    settings.ARCHIVE_PUBLIC = False
    client = Client(raise_request_exception=False)
    client.cookies["sessionid"] = "a" * 32
    with failing(OperationalError("connection refused")):
        response = client.get(path)
    assert (response.status_code, response.get("Retry-After")) == (503, "5")


def test_a_programming_error_is_500(client: Client) -> None:
    with failing(ValueError("a defect")), pytest.raises(ValueError, match="a defect"):
        client.get("/")


FULL = [OperationalError("database or disk is full"), caused("53100")]


@pytest.mark.parametrize("error", FULL)
def test_a_full_disk_is_507_without_retry_after(client: Client, editor: Any, error: Exception) -> None:
    assert database.is_disk_full(error)
    client.force_login(editor, backend="archive.accounts.backend.PermissionBackend")

    def fail_write(execute: Any, sql: str, *args: Any) -> Any:
        if sql.startswith(("INSERT", "UPDATE")):
            raise error
        return execute(sql, *args)

    typed = {"slug": "t", "name": "T", "status": "draft"}
    with connection.execute_wrapper(fail_write):
        rest = client.post("/api/v1/topics/", typed, content_type="application/json")
        page = client.post("/admin/login/", {"username": "editor", "password": "a-test-password"})
    for response in (rest, page):
        assert response.status_code == 507
        assert "disk is full" in response.content.decode()
        assert "moment" not in response.content.decode()
        assert "Retry-After" not in response


@pytest.mark.parametrize("error", [OperationalError("database is locked"), caused("57P01"), ValueError("disk is full")])
def test_other_database_errors_are_not_507(error: Exception) -> None:
    assert not database.is_disk_full(error)


def test_readyz_is_503_on_a_full_disk(client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(100, 100, 0))
    monkeypatch.setitem(connection.settings_dict, "NAME", str(tmp_path / "archive.sqlite3"))
    database.record_full_disk()
    response = client.get("/readyz")
    assert (response.status_code, response.json()) == (503, {"status": "the disk is full"})
    assert client.get("/livez").status_code == 200
