"""Attached files are stored once by content, follow merges and restored sources, and are compared by a command."""

from __future__ import annotations

import os
import stat
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command

from archive.attachments.storing import attached_to, remove
from archive.merging.merge import merge
from archive.merging.undo import undo
from archive.models import Attachment, Note, Source
from archive.revisions.restore import restore
from tests.support.attached_files import PDF, PNG, attached
from tests.support.linked import plan_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    return tmp_path / "media"


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(slug="paper", title="Paper", status="published")


@pytest.fixture
def other(db: None) -> Source:
    return Source.objects.create(slug="other", title="Other", status="published")


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def check(*words: str) -> tuple[int, str, str]:
    """The command's exit code, output and errors."""
    out, err = StringIO(), StringIO()
    try:
        call_command("check_attachments", *words, stdout=out, stderr=err)
    except SystemExit as error:
        return int(error.code or 0), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_a_file_is_stored_under_its_checksum_for_the_service_alone(source: Source, editor: Any, media: Path) -> None:
    attachment = attached(source, editor, "../../paper.pdf", description="Pages 3 to 7")
    assert (attachment.size, attachment.media_type) == (len(PDF), "application/pdf")
    assert attachment.file.name == f"attachments/{attachment.sha256[:2]}/{attachment.sha256}.pdf"
    [path] = files(media)
    assert path.read_bytes() == PDF
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(ValueError, match="no URL"):
        attachment.file.url  # noqa: B018


def test_the_same_file_twice_is_refused_and_shared_between_sources(
    source: Source, other: Source, editor: Any, media: Path
) -> None:
    attached(source, editor)
    with pytest.raises(ValidationError, match=r"'copy\.pdf': got a file that is attached already, as 'paper\.pdf' on"):
        attached(source, editor, "copy.pdf")
    attached(other, editor)
    assert len(files(media)) == 1


def test_a_stored_file_that_is_damaged_is_not_relied_on(
    source: Source, other: Source, editor: Any, media: Path
) -> None:
    attached(source, editor)
    [path] = files(media)
    path.write_bytes(PDF[:9])
    second = attached(other, editor)
    assert second.file.read() == PDF
    assert len(files(media)) == 2


def test_notes_say_what_was_attached_and_removed_and_outlive_it(source: Source, editor: Any) -> None:
    attachment = attached(source, editor, description="Pages 3 to 7")
    remove(attachment, editor)
    remove(attachment, editor)
    notes = Note.objects.filter(kind="source", record_id=source.pk).order_by("pk").values_list("step", "author", "text")
    text = f"paper.pdf (application/pdf, {len(PDF)} bytes)\nPages 3 to 7\nSHA-256: {attachment.sha256}"
    assert list(notes) == [("attached", editor.pk, text), ("detached", editor.pk, text)]


def test_a_deleted_source_is_given_no_file(source: Source, editor: Any) -> None:
    stale = Source.objects.get(pk=source.pk)
    source.delete()
    with pytest.raises(ValidationError, match="Somebody deleted the source a moment ago"):
        attached(stale, editor)


def test_a_restored_source_has_its_files_again(source: Source, editor: Any) -> None:
    attached(source, editor)
    key = source.pk
    source.delete()
    code, out, _ = check()
    assert (code, "1 of them are of deleted sources" in out) == (0, True)
    restore(plan_of(Source, key), editor, "")
    assert [str(file) for file in attached_to(Source.objects.get(pk=key))] == ["paper.pdf"]


def test_files_follow_a_merge_and_come_back_with_its_undoing(source: Source, other: Source, editor: Any) -> None:
    attached(source, editor), attached(source, editor, "page.png", PNG)
    attached(other, editor)
    merged = merge(source, other, editor)
    assert [str(file) for file in attached_to(other)] == ["page.png", "paper.pdf"]
    back = undo(merged, editor)
    assert [str(file) for file in attached_to(back)] == ["paper.pdf", "page.png"]
    assert [str(file) for file in attached_to(other)] == ["paper.pdf"]


def test_a_file_that_is_attached_again_is_younger(source: Source, other: Source, editor: Any) -> None:
    path = Path(attached(source, editor).file.path)
    os.utime(path, (1, 1))
    assert Path(attached(other, editor).file.path) == path
    assert time.time() - path.stat().st_mtime < 600


def test_the_command_finds_missing_and_changed_files(source: Source, editor: Any) -> None:
    gone, changed = attached(source, editor), attached(source, editor, "page.png", PNG)
    assert check() == (0, "2 attachments: 0 missing or changed.\n", "")
    Path(gone.file.path).unlink()
    Path(changed.file.path).write_bytes(PNG[:-1] + b"?")
    code, out, err = check()
    assert code == 1
    assert "2 attachments: 2 missing or changed." in out
    first, second = err.splitlines()
    assert first == (
        f"{gone.file.name}: got no such file in MEDIA_ROOT, expected it: restore it from a backup. It is 'paper.pdf' "
        "of the source paper."
    )
    assert second.startswith(f"{changed.file.name}: got another content (SHA-256 ")
    Path(changed.file.path).write_bytes(PNG[:-1])
    assert f"got {len(PNG) - 1} bytes, expected {len(PNG)}" in check()[2]


def test_the_command_removes_files_of_no_attachment_after_a_day(source: Source, editor: Any, media: Path) -> None:
    remove(attached(source, editor), editor)
    [path] = files(media)
    assert "1 files of no attachment; --remove-orphans removes them." in check()[1]
    assert "0 files of no attachment removed." in check("--remove-orphans")[1]
    os.utime(path, (time.time() - 90_000,) * 2)
    assert "1 files of no attachment removed." in check("--remove-orphans")[1]
    assert files(media) == []


def test_the_command_forgets_attachments_of_deleted_sources(source: Source, other: Source, editor: Any) -> None:
    attached(source, editor), attached(other, editor, "page.png", PNG)
    source.delete()
    assert "1 attachments of deleted sources removed." in check("--forget-deleted")[1]
    assert [file.name for file in Attachment.objects.all()] == ["page.png"]
