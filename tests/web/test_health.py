"""Liveness and readiness."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from archive.web import monitoring


def test_livez_runs_no_query(client: Client) -> None:
    assert client.get("/livez").json() == {"status": "alive"}


@pytest.mark.django_db
def test_ready_when_the_database_answers(client: Client) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}


def test_not_ready_when_it_does_not(
    client: Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Silent:
        def cursor(self) -> Any:
            raise OperationalError("no answer")

    monkeypatch.setattr(monitoring, "connection", Silent())
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json() == {"status": "the database does not answer"}
    assert "The database did not answer GET /readyz: " in caplog.text


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_health_is_answered_by_plain_http_where_pages_are_not(
    db: None, client: Client, settings: Any, path: str
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path).status_code == 200
    assert client.get("/").status_code == 301
