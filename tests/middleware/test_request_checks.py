"""Checks of the Host field, and details of header fields and settings."""

from __future__ import annotations

import logging
import subprocess
import sys
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpRequest
from django.test import Client

from archive.log_filters import OneLineFilter
from archive.middleware.request_checks import has_valid_port
from archive.middleware.response_headers import _sort_directives
from config import env
from tests.support.servers import ROOT


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("archive.example", True), ("archive.example:1", True), ("archive.example:65535", True), ("[::1]:8000", True),
        ("[::1]", True), ("archive.example:65536", False), ("archive.example:99999", False),
        ("archive.example:0", False), ("[::1]:70000", False), ("archive.example:0000000000080", False),
        ("archive.example:١", False), ("archive.example:-1", False),
    ],
)  # fmt: skip
def test_a_port_is_one_that_sockets_have(host: str, expected: bool) -> None:
    assert has_valid_port(host) is expected


@pytest.mark.parametrize("path", ["/", "/admin/login/", "/events/"])
def test_a_large_body_is_refused_before_it_is_parsed(db: None, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    def parse(*args: object) -> None:
        raise AssertionError("the body was parsed")

    monkeypatch.setattr(HttpRequest, "_load_post_and_files", parse)
    upload = SimpleUploadedFile("a.csv", b"a" * 2_700_000)
    assert Client().post(path, {"file": upload}).status_code == 413
    upload.seek(0)
    assert Client(headers={"cookie": "sessionid=forged"}).post(path, {"file": upload}).status_code == 413


def test_a_large_upload_of_a_user_is_read(client: Client, editor: Any) -> None:
    client.force_login(editor, backend="archive.accounts.backend.PermissionBackend")
    upload = SimpleUploadedFile("a.odd", b"a" * 2_700_000)
    assert client.post("/admin/archive/event/add/", {"file": upload}).status_code == 200


@pytest.mark.parametrize("path", ["/", "/api/v1/events/", "/livez"])
def test_a_host_with_another_port_is_refused(db: None, path: str) -> None:
    assert Client(HTTP_HOST="127.0.0.1:99999").get(path).status_code == 400


def test_a_foreign_host_is_one_line_in_the_log(db: None, caplog: pytest.LogCaptureFixture) -> None:
    caplog.handler.addFilter(one_line := OneLineFilter())
    try:
        assert Client(HTTP_HOST="evil.example").get("/").status_code == 400
    finally:
        caplog.handler.removeFilter(one_line)
    [record] = [record for record in caplog.records if "evil.example" in record.getMessage()]
    assert (record.levelno, record.exc_info) == (logging.WARNING, None)


def test_the_policy_is_the_same_in_every_process() -> None:
    module = "archive.middleware.response_headers"
    code = f"import django; django.setup(); import {module} as headers; print(headers._default_policy())"
    statuses = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
            env=env.os.environ | {"PYTHONHASHSEED": seed, "DJANGO_SETTINGS_MODULE": "config.settings", "DEBUG": "true"},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(statuses) == 1


def test_the_directives_of_an_error_are_in_order_too(db: None) -> None:
    policy = Client().get("/nothing/")["Content-Security-Policy"]
    assert policy == _sort_directives(policy)


@pytest.mark.parametrize("path", ["/", "/api/v1/events/", "/api/v1/topics/no-such/", "/graphql/?query={__typename}"])
def test_an_answer_to_somebody_is_private(client: Client, editor: Any, path: str) -> None:
    public = client.get(path, headers={"accept": "application/json"}).get("Cache-Control", "")
    assert "private" not in public
    client.force_login(editor, backend="archive.accounts.backend.PermissionBackend")
    answer = client.get(path, headers={"accept": "application/json"})
    assert "private" in answer["Cache-Control"] or "no-store" in answer["Cache-Control"]


def test_sqlite_writes_are_durable_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SQLITE_SYNCHRONOUS", raising=False)
    monkeypatch.setenv("DATABASE_URL", "sqlite:///archive.sqlite3")
    assert "synchronous=FULL" in env.database("DATABASE_URL", "")["OPTIONS"]["init_command"]
    monkeypatch.setenv("SQLITE_SYNCHRONOUS", "normal")
    assert "synchronous=NORMAL" in env.database("DATABASE_URL", "")["OPTIONS"]["init_command"]
    for text in ("OFF", "0", "full; DROP TABLE archive_event"):
        monkeypatch.setenv("SQLITE_SYNCHRONOUS", text)
        with pytest.raises(ImproperlyConfigured, match="SQLITE_SYNCHRONOUS"):
            env.database("DATABASE_URL", "")


def test_this_database_has_it(db: None) -> None:
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone()[0] >= 1
