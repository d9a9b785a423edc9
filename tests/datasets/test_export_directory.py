"""An export is written completely or not at all."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management.base import CommandError

from archive.datasets.export.directory import ExportError, atomic_directory
from tests.support.exports import run_export


def test_an_empty_directory_is_filled(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    with atomic_directory(tmp_path / "out") as folder:
        (folder / "file").write_text("text")
        assert list((tmp_path / "out").iterdir()) == []
    assert (tmp_path / "out/file").read_text() == "text"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_directory_with_files_is_refused_and_keeps_them(tmp_path: Path) -> None:
    (tmp_path / "kept").write_text("text")
    with pytest.raises(ExportError, match="not empty, expected a new or an empty one"), atomic_directory(tmp_path):
        pass
    assert (tmp_path / "kept").read_text() == "text"


def test_a_file_and_a_missing_parent_are_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("text")
    with pytest.raises(ExportError, match="got a file"), atomic_directory(tmp_path / "file"):
        pass
    with pytest.raises(ExportError, match="Make that first"), atomic_directory(tmp_path / "none/out"):
        pass


def test_an_error_leaves_no_files(tmp_path: Path) -> None:
    def fail() -> None:
        with atomic_directory(tmp_path / "out") as folder:
            (folder / "file").write_text("text")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def little_room() -> Iterator[None]:
    """Limits files to some kilobytes, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8_192, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_a_full_disk_is_reported_in_one_line_and_leaves_no_files(
    form: str, dossier: None, tmp_path: Path, little_room: None
) -> None:
    with pytest.raises(CommandError, match=r"out: .*Nothing was written there: make room or choose another place\."):
        run_export(tmp_path / "out", "--format", form)
    assert list(tmp_path.iterdir()) == []


def test_files_of_a_killed_export_are_removed_by_the_next(tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from archive.datasets.export.directory import atomic_directory\n"
        "with atomic_directory(Path(sys.argv[1])) as folder:\n"
        "    (folder / 'events.jsonl').write_text('half')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "out")], cwd=settings.BASE_DIR, check=False, capture_output=True
    )
    assert ran.returncode == -signal.SIGKILL
    assert not (tmp_path / "out").exists()
    assert len(list(tmp_path.iterdir())) == 1
    with atomic_directory(tmp_path / "out") as folder:
        (folder / "events.jsonl").write_text("whole")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_files_of_a_running_export_are_kept(tmp_path: Path) -> None:
    other = tmp_path / f".out.{os.getppid()}.partial"
    other.mkdir()
    with atomic_directory(tmp_path / "out"):
        pass
    assert other.is_dir()
