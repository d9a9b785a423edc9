"""Settings of the environment: each that is wrong is refused by name, with what it got as it was written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from archive.models.private_storage import folders_are_writable
from config import env

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("parse", "value", "got"),
    [
        (lambda name: env.number(name, 20, least=1), "0", "0"),
        (lambda name: env.log_level(name, "WARNING"), "loud", "loud"),
        (lambda name: env.choice(name, ("off", "optional")), "Sometimes", "Sometimes"),
        (lambda name: env.hosts(name, debug=False), " , ", ""),
        (env.origins, "archive.example", "archive.example"),
        (env.origins, "https://*.example.org", "https://*.example.org"),
        (lambda name: env.origins(name, with_wildcards=True), "*.example.org", "*.example.org"),
    ],
)
def test_a_wrong_value_is_named_as_it_was_written(
    monkeypatch: pytest.MonkeyPatch, parse: Any, value: str, got: str
) -> None:
    monkeypatch.setenv("SETTING", value)
    with pytest.raises(ImproperlyConfigured) as raised:
        parse("SETTING")
    assert str(raised.value).startswith(f"SETTING: got '{got}', expected ")


def test_case_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTING", "debug")
    assert env.log_level("SETTING", "WARNING") == "DEBUG"
    monkeypatch.setenv("SETTING", "Optional")
    assert env.choice("SETTING", ("off", "optional")) == "optional"


def test_forms_may_come_from_all_names_below_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETTING", "https://*.example.org, https://archive.example")
    assert env.origins("SETTING", with_wildcards=True) == ["https://*.example.org", "https://archive.example"]


def test_hosts_have_a_default_with_debug_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SETTING", raising=False)
    assert "127.0.0.1" in env.hosts("SETTING", debug=True)
    monkeypatch.setenv("SETTING", "archive.example")
    assert env.hosts("SETTING", debug=False) == ["archive.example"]


def test_folders_that_cannot_be_written_to_are_named_before_the_service_starts(
    settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.IMPORT_ROOT, settings.MEDIA_ROOT = str(tmp_path / "a" / "b"), str(tmp_path)
    assert folders_are_writable(None) == []
    (tmp_path / "file").touch()
    settings.IMPORT_ROOT = str(tmp_path / "file" / "imports")
    (error,) = folders_are_writable(None)
    assert str(error.msg).startswith(f"IMPORT_ROOT: got '{settings.IMPORT_ROOT}', expected a folder")
    settings.IMPORT_ROOT = str(tmp_path)
    # Asked of the system: the tests may run as a user who may write everywhere.
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    assert len(folders_are_writable(None)) == 2
