"""A server for programs outside of Python, over the test's own transaction."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test.testcases import LiveServerThread


@pytest.fixture
def served(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a running server that sees what the test wrote, and whose writes go with the test."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    monkeypatch.setattr(connection, "close", lambda: None)  # each of the server's threads would, at its end
    thread = LiveServerThread("127.0.0.1", StaticFilesHandler, connections_override={"default": connection})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert thread.error is None
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    connection.dec_thread_sharing()
