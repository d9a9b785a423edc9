"""Only request signal handlers without effect are disconnected."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core import signals
from django.core.cache import caches, close_caches
from django.core.handlers.base import reset_urlconf
from django.db import close_old_connections, connection, reset_queries

from archive.middleware.request_signals import disconnect_request_signals


@pytest.fixture(autouse=True)
def kept() -> Iterator[None]:
    before = [list(one.receivers) for one in (signals.request_started, signals.request_finished)]
    yield
    for one, receivers in zip((signals.request_started, signals.request_finished), before, strict=True):
        one.receivers = receivers
        one.sender_receivers_cache.clear()


def heard() -> tuple[set[Any], set[Any]]:
    """Who listens to the start of a request, and who to its end."""
    started, finished = (
        {receiver for found in one._live_receivers(None) for receiver in found}
        for one in (signals.request_started, signals.request_finished)
    )
    return started, finished


def test_with_connections_that_stay_open_nothing_is_left_at_the_end(settings: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 60)
    settings.DEBUG = False
    signals.request_finished.connect(close_caches)
    disconnect_request_signals()
    started, finished = heard()
    assert close_old_connections in started
    assert reset_queries not in started
    assert not {close_old_connections, close_caches, reset_urlconf} & finished


def test_connections_that_close_after_each_request_still_do(monkeypatch: Any) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    signals.request_finished.connect(close_old_connections)
    disconnect_request_signals()
    assert close_old_connections in heard()[1]


def test_statements_that_are_logged_are_still_forgotten(settings: Any) -> None:
    settings.DEBUG = True
    signals.request_started.connect(reset_queries)
    disconnect_request_signals()
    assert reset_queries in heard()[0]


def test_a_cache_that_has_something_to_let_go_of_still_does(monkeypatch: Any) -> None:
    monkeypatch.setattr(type(caches["default"]), "close", lambda *_, **__: None)
    signals.request_finished.connect(close_caches)
    disconnect_request_signals()
    assert close_caches in heard()[1]
