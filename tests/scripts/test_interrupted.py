"""Ctrl-C ends a command at once and without a stack trace, whatever it is doing."""

from __future__ import annotations

import signal
import subprocess
import sys
import time

import pytest

from tests.support.servers import ROOT

pytestmark = pytest.mark.slow

#: Stands for a command that is at work; says when it begins. In a finalizer, an exception can't be raised.
_AT_WORK = """
import runpy, sys, time, weakref
import django.core.management as management

class Thing: ...

def work(words):
    print("at work", flush=True)
    {work}

management.execute_from_command_line = work
runpy.run_path("manage.py", run_name="__main__")
"""
_WORKS = {
    "in a command": "time.sleep(60)",
    "in a finalizer": "thing = Thing(); weakref.finalize(thing, time.sleep, 60); del thing; time.sleep(60)",
}


@pytest.mark.parametrize("work", _WORKS)
def test_a_command_that_is_interrupted_ends_without_a_word(work: str) -> None:
    ran = subprocess.Popen(
        [sys.executable, "-c", _AT_WORK.format(work=_WORKS[work])],
        cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        # A test run in the background ignores SIGINT, and its children would inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )  # fmt: skip
    assert ran.stdout is not None
    assert ran.stdout.readline() == "at work\n"
    time.sleep(0.2)
    ran.send_signal(signal.SIGINT)
    _, message = ran.communicate(timeout=20)
    assert (ran.returncode, message) == (-signal.SIGINT, "")
