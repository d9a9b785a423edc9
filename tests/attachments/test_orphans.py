"""Removal of stored files that no attachment refers to."""

from __future__ import annotations

import os
from pathlib import Path

from archive.attachments.checking import remove_orphans


def test_a_file_that_another_run_removed_is_passed_over(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_text("x")
    os.utime(old, (0, 0))
    assert remove_orphans([tmp_path / "gone", old]) == 1
    assert not old.exists()
