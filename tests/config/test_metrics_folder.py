"""A setting that is a folder: there and writable, or refused by name before anything is written."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env

NAME = "PROMETHEUS_MULTIPROC_DIR"


def test_an_existing_folder_is_accepted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(NAME, str(tmp_path))
    assert env.folder(NAME) == str(tmp_path)
    assert os.environ[NAME] == str(tmp_path)


def test_without_one_nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    assert env.folder(NAME) == ""
    monkeypatch.setenv(NAME, "")
    assert env.folder(NAME) == ""
    assert NAME not in os.environ


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_missing_folder_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(NAME, str(tmp_path / name))
    with pytest.raises(ImproperlyConfigured) as error:
        env.folder(NAME)
    assert str(error.value).startswith(f"{NAME}: got '{tmp_path / name}', expected a folder that exists")


def test_a_folder_that_can_t_be_written_to_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Asked of the system, and not tried: the tests may run as a user who may write everywhere."""
    monkeypatch.setenv(NAME, str(tmp_path))
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    with pytest.raises(ImproperlyConfigured, match="may be written to"):
        env.folder(NAME)
