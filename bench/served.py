"""Starts a server for a measurement, and ends it with all processes that it started."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

HOST = "127.0.0.1"


class NotServed(Exception):
    """A server that did not start; the message is the end of what it printed."""


@contextmanager
def served(
    command: Sequence[str], environment: Mapping[str, str], folder: Path, port: int, within: float
) -> Iterator[int]:
    """The process's id, once it answers on the port. Raises NotServed."""
    if _answers(port):
        raise NotServed(f"port {port} is taken by another process")
    with tempfile.TemporaryFile("w+") as printed:
        process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdout=printed, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        try:
            until = time.monotonic() + within
            while not _answers(port):
                if process.poll() is not None or time.monotonic() > until:
                    printed.seek(0)
                    raise NotServed(printed.read()[-1_500:] or f"nothing printed, and no answer in {within:.0f} s")
                time.sleep(0.2)
            yield process.pid
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The process and its workers, which share its session."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            return
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            continue
        time.sleep(0.3)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
