"""Servers and databases in processes of their own, for tests."""

from __future__ import annotations

import atexit
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlparse, urlunparse

import psycopg
from django.db import connection

from archive.search_index.folding import add_functions

ROOT = Path(__file__).resolve().parents[2]


def environment(url: str, **more: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": url, "DEBUG": "true", "LOG_LEVEL": "ERROR", **more}


def manage(url: str, *words: str) -> None:
    """Run ``manage.py``. Raises CalledProcessError."""
    subprocess.run([sys.executable, "manage.py", *words], cwd=ROOT, env=environment(url), check=True)


class Database:
    """A database of the kind that the tests run on, beside the test database."""

    def __init__(self, name: str, folder: Path) -> None:
        self.is_postgresql = connection.vendor == "postgresql"
        self.name = f"{connection.settings_dict['NAME']}_{name}" if self.is_postgresql else str(folder / name)
        self.url = f"sqlite:///{self.name}"
        if self.is_postgresql:
            query = urlparse(os.environ["DATABASE_URL"])
            self.admin = urlunparse(query._replace(path="/postgres"))
            self.url = urlunparse(query._replace(path=f"/{self.name}"))

    def create(self) -> Database:
        """Make it with the archive's tables and seeds."""
        return self.copy_of(_template("migrated"))

    def migrate(self) -> None:
        """Create it empty and run all migrations, which takes half a minute."""
        if self.is_postgresql:
            self._administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)', f'CREATE DATABASE "{self.name}"')
        manage(self.url, "migrate", "--verbosity", "0")

    def copy_of(self, other: Database) -> Database:
        """A replica that has not heard anything since."""
        if self.is_postgresql:
            drop = f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)'
            self._administer(drop, f'CREATE DATABASE "{self.name}" TEMPLATE "{other.name}"')
        else:
            with closing(sqlite3.connect(other.name)) as item, closing(sqlite3.connect(self.name)) as copy:
                item.backup(copy)
        return self

    def drop(self) -> None:
        if self.is_postgresql:
            self._administer(f'DROP DATABASE IF EXISTS "{self.name}" WITH (FORCE)')
        else:
            Path(self.name).unlink(missing_ok=True)

    def _administer(self, *statements: str) -> None:
        with psycopg.connect(self.admin, autocommit=True) as admin:
            for statement in statements:
                admin.execute(statement)

    @contextmanager
    def open(self) -> Iterator[Any]:
        """A connection outside Django; commits on leaving each ``with`` of it."""
        if self.is_postgresql:
            with psycopg.connect(self.url) as opened:
                yield opened
        else:
            with closing(sqlite3.connect(self.name, timeout=20)) as opened:
                add_functions(opened)
                yield opened


@cache
def _template(name: str) -> Database:
    """A database that others are copied from, made once per process: ``migrated``, or with the ``demo``."""
    folder = Path(tempfile.mkdtemp(prefix="chancery-tests-"))
    database = Database(f"template_{name}", folder)
    if name == "demo":
        manage(database.copy_of(_template("migrated")).url, "demo")
    else:
        database.migrate()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(database.drop)
    return database


def free_port() -> int:
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def server(url: str, *options: str, **more: str) -> Iterator[int]:
    """The archive behind granian, run with these options, with two processes of two threads; gives the port."""
    port = free_port()
    words = ["-m", "granian", "--interface", "wsgi", "config.wsgi:application", "--port", str(port), "--workers", "2"]
    # A worker that is asked to end while it still starts does not hear it.
    words += ["--blocking-threads", "2", "--workers-kill-timeout", "1", "--log-level", "error", *options]
    process = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=environment(url, **more))
    try:
        wait_for_port(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)


@contextmanager
def demo_site(name: str, folder: Path, script: str = "") -> Iterator[str]:
    """The address of the demo in a database of its own, after a script for Django's shell."""
    database = Database(name, folder).copy_of(_template("demo"))
    if script:
        manage(database.url, "shell", "--verbosity", "0", "--command", script)
    with server(database.url, MEDIA_ROOT=str(folder / "media")) as port:
        yield f"http://127.0.0.1:{port}"
    database.drop()


def wait_for_port(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            if get(port, "/livez") is not None:
                return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"the server on port {port} did not start")


def get(port: int, path: str, body: bytes | None = None) -> bytes:
    """The body of the answer. Raises OSError, and AssertionError where the status is not 200."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=30)) as http:
        headers = {"Content-Type": "application/json"} if body else {}
        http.request("POST" if body else "GET", path, body, headers)
        response = http.getresponse()
        text = response.read()
    assert response.status == 200, text
    return text
