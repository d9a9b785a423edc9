"""The development server: it leaves no connection to the database open behind a thread that has ended."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.support.servers import ROOT, Database, environment, free_port, wait_for_port


@pytest.mark.any_database
def test_a_thread_that_ends_closes_its_connections(tmp_path: Path) -> None:
    database, port = Database("runserver", tmp_path).create(), free_port()
    command = [sys.executable, "manage.py", "runserver", "--noreload", "--skip-checks", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, env=environment(database.url), stderr=subprocess.DEVNULL)
    try:
        wait_for_port(port, server)
        for address in ["/api/v1/events/?limit=1", "/about/api/"] * 5:
            assert _status(port, address) == 200
        end = time.monotonic() + 30
        while (files := _open_files(server.pid, Path(database.name))) and time.monotonic() < end:
            time.sleep(0.1)
        assert files == []
    finally:
        server.kill()
        server.wait()


def _status(port: int, address: str) -> int:
    """The status of a request with a connection of its own, for which the server starts a thread."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", address)
        return connection.getresponse().status
    finally:
        connection.close()


def _open_files(pid: int, database: Path) -> list[str]:
    """The server's open descriptors of the database and its log; SQLite shares the third file between connections."""
    names = [os.path.realpath(path) for path in Path(f"/proc/{pid}/fd").iterdir()]
    return [name for name in names if name.startswith(str(database)) and not name.endswith("-shm")]
