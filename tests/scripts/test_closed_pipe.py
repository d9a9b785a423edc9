"""A command whose output nobody reads any more ends by SIGPIPE, as the shell's own commands do."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.support.servers import ROOT

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("lines", [1, 30_000])
def test_a_command_with_a_closed_pipe_ends_without_a_word(lines: int) -> None:
    script = (
        "import runpy, sys\n"
        "import django.core.management as management\n"
        f"management.execute_from_command_line = lambda words: [print('x' * 80) for _ in range({lines})]\n"
        "sys.stdin.readline()\n"
        "runpy.run_path('manage.py', run_name='__main__')\n"
    )
    ran = subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert ran.stdout is not None
    assert ran.stdin is not None
    assert ran.stderr is not None
    ran.stdout.close()
    ran.stdin.write("\n")
    ran.stdin.close()
    assert (ran.stderr.read(), ran.wait(20)) == ("", -signal.SIGPIPE)
