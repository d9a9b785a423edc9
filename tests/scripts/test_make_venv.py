"""The virtual environment is made, or after Ctrl-C is not there at all; no stack trace tells of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent


def start(folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "scripts/make_venv.py", str(folder)], cwd=ROOT, start_new_session=True, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )  # fmt: skip


def test_it_is_made_with_pip(tmp_path: Path) -> None:
    process = start(tmp_path / "made")
    message, errors = process.communicate(timeout=120)
    assert (process.returncode, message, errors) == (0, "", "")
    result = subprocess.run([tmp_path / "made/bin/python", "-m", "pip", "--version"], capture_output=True, check=True)
    assert result.stdout.startswith(b"pip ")


def test_ctrl_c_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "stopped"
    process = start(folder)
    until = time.monotonic() + 60
    while not (folder / "bin").exists() and time.monotonic() < until:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    message, errors = process.communicate(timeout=60)
    assert (process.returncode, message) == (130, "")
    assert errors == f"Stopped: {folder} was not finished, and is gone. Run make again.\n"
    assert not folder.exists()
