"""Uploads are scanned by clamd where one is set; without a clean verdict nothing is stored."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from archive.admin import dataset_import
from archive.models import DatasetImport
from archive.virus_scan import CHUNK, ScanError, scan
from config import env
from tests.support.fake_clamd import NAME, VIRUS, FakeClamd, fake_clamd

ADD = "/admin/archive/datasetimport/add/"
TOPICS = b"slug,name\nt,Talks\n"


@pytest.fixture
def clamd(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeClamd]:
    monkeypatch.setattr(dataset_import, "start", lambda key: None)
    settings.IMPORT_ROOT = str(tmp_path / "imports")
    with fake_clamd() as clamd:
        settings.CLAMD_ADDRESS = clamd.address
        yield clamd


def post(client: Client, content: bytes, **fields: Any) -> Any:
    return client.post(ADD, {"file": SimpleUploadedFile("topics.csv", content), **fields})


def errors(answer: Any) -> dict[str, list[str]]:
    return dict(answer.context["adminform"].form.errors)


def stored_files(settings: Any) -> list[Path]:
    root = Path(settings.IMPORT_ROOT)
    return [path for path in root.rglob("*") if path.is_file()] if root.exists() else []


def test_a_clean_upload_is_stored_whole(editing: Client, clamd: FakeClamd, settings: Any) -> None:
    assert post(editing, TOPICS).status_code == 302
    assert clamd.scanned == [TOPICS]
    assert [path.read_bytes() for path in stored_files(settings)] == [TOPICS]


def test_an_upload_with_a_virus_is_refused_by_name(editing: Client, clamd: FakeClamd, settings: Any) -> None:
    answer = post(editing, TOPICS + VIRUS, status="review")
    expected = f"got a file in which the virus scanner found {NAME}, expected a clean one."
    assert errors(answer) == {"file": [f"'topics.csv' is not taken: {expected}"]}
    assert answer.context["adminform"].form["status"].value() == "review"
    assert not DatasetImport.objects.exists()
    assert stored_files(settings) == []


def test_a_mapping_is_scanned_too(editing: Client, clamd: FakeClamd) -> None:
    answer = post(editing, TOPICS, mapping_file=SimpleUploadedFile("own.yaml", VIRUS))
    assert list(errors(answer)) == ["mapping_file"]
    assert clamd.scanned == [TOPICS, VIRUS]


def test_without_an_answer_nothing_is_taken(editing: Client, clamd: FakeClamd, settings: Any) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.CLAMD_ADDRESS = f"127.0.0.1:{free.getsockname()[1]}"
        answer = post(editing, TOPICS)
    [message] = errors(answer)["file"]
    assert message.startswith("'topics.csv' is not taken: the virus scanner does not answer (Connection refused).")
    assert "Nothing is uploaded without a scan. Try again later" in message
    assert not DatasetImport.objects.exists()


def test_without_a_setting_nothing_is_scanned(editing: Client, clamd: FakeClamd, settings: Any) -> None:
    settings.CLAMD_ADDRESS = ""
    assert post(editing, VIRUS).status_code == 302
    assert clamd.scanned == []


def test_who_may_not_upload_has_nothing_scanned(contributing: Client, clamd: FakeClamd) -> None:
    assert post(contributing, TOPICS).status_code == 403
    assert clamd.scanned == []


def test_a_long_file_is_sent_in_chunks_and_found_at_its_end() -> None:
    with fake_clamd() as clamd:
        content = b"x" * (3 * CHUNK + 5)
        assert scan(clamd.address, [content, b"", VIRUS]).virus == NAME
        assert clamd.scanned == [content + VIRUS]


def test_a_unix_socket_is_an_address(tmp_path: Path) -> None:
    with fake_clamd(tmp_path / "clamd.ctl") as clamd:
        assert scan(clamd.address, [b"clean"]).virus == ""
    with pytest.raises(ScanError, match="does not answer"):
        scan(f"unix:{tmp_path}/none.ctl", [b"clean"])


def test_a_file_that_is_too_large_for_clamd_is_refused_with_the_remedy() -> None:
    with fake_clamd() as clamd:
        clamd.limit = 10
        with pytest.raises(ScanError, match="StreamMaxLength"):
            scan(clamd.address, [b"x" * 11])


def test_another_answer_is_no_verdict() -> None:
    with fake_clamd() as clamd:
        clamd.answer = "UNKNOWN COMMAND"
        with pytest.raises(ScanError, match="answered 'UNKNOWN COMMAND', expected OK or FOUND"):
            scan(clamd.address, [b"x"])


def test_a_scanner_that_hangs_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(ScanError, match="does not answer"):
            scan(address, [b"x"], timeout=0.05)


@pytest.mark.parametrize("value", ["clamd", "unix:relative", "http://127.0.0.1:3310", "127.0.0.1:", ":3310"])
def test_an_address_of_another_form_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CLAMD_ADDRESS", value)
    with pytest.raises(ImproperlyConfigured, match=r"expected 127\.0\.0\.1:3310, or unix:/run/clamav/clamd\.ctl"):
        env.clamd("CLAMD_ADDRESS")


@pytest.mark.parametrize("value", ["", "127.0.0.1:3310", "[::1]:3310", "clamav:3310", "unix:/run/clamav/clamd.ctl"])
def test_addresses(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("CLAMD_ADDRESS", value)
    assert env.clamd("CLAMD_ADDRESS") == value
