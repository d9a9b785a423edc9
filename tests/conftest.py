"""What all tests share: users of each group, the first dossier, and which tests run where."""

from __future__ import annotations

import gc
import os
import re
import shutil
import socket
from collections.abc import Iterator
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection, connections, transaction
from django.test.testcases import LiveServerThread
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tests.support.complete_records import complete_records
from tests.support.snapshot import put_dossier

#: Markers of tests for which one database is as good as another.
_OF_ANY_DATABASE = ("any_database", "browser", "java", "node")
_DATABASE_WORDS = re.compile(
    r"^from django\.db import .*\bconnections?\b|DATABASE_URL|postgres|sqlite|vendor", re.IGNORECASE | re.MULTILINE
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database-tests",
        action="store_true",
        help="Leave out tests that do not use the database, and those of browsers and clients.",
    )


def pytest_configure() -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.SECURE_SSL_REDIRECT = False
    # Without it each test's client reads the headers of all static files again: an eighth of the tests' time.
    settings.WHITENOISE_AUTOREFRESH = True
    # A test's transaction raises the public version once, and its later writes would not be seen; the tests of the kept
    # answers commit what they write.
    settings.ANSWER_CACHE_BYTES = 0
    # How long a statement takes says how busy the machine is; the tests of the limit set their own.
    settings.STATEMENT_TIMEOUT = 120
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    # How long an example takes says how busy the machine is, nothing of the code.
    hypothesis_settings.register_profile("archive", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    hypothesis_settings.load_profile("archive")


def pytest_itemcollected(item: pytest.Item) -> None:
    """Put the tests of a module that share a fixture into a group: one worker makes it, once.

    In this hook, because xdist reads the groups before ``pytest_collection_modifyitems`` of this file runs.
    """
    if _shares_fixture(item) and not item.get_closest_marker("xdist_group"):
        item.add_marker(pytest.mark.xdist_group(str(item.path.relative_to(item.config.rootpath))))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    npm = shutil.which("npm")
    ci = os.environ.get("CI") == "true"
    here = {"postgresql": connection.vendor == "postgresql", "sqlite": connection.vendor == "sqlite"}
    here |= {"browser": bool(chromium) or ci, "redis": _redis() or ci, "node": bool(npm) or ci}
    here["java"] = bool(shutil.which("java")) or ci
    left_out = {item for item in items if any(item.get_closest_marker(name) and not here[name] for name in here)}
    if config.getoption("--database-tests"):
        left_out |= {item for item in items if not _depends_on_database(item)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = _browsers_first(_with_shared_fixtures([item for item in items if item not in left_out]))


def _browsers_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests with those of the browser first: one worker runs them, for minutes, while others run the rest."""
    return sorted(items, key=lambda item: item.get_closest_marker("browser") is None)


def _with_shared_fixtures(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests with those of each module that share a fixture after its others."""
    ordered: list[pytest.Item] = []
    for _, tests in groupby(items, key=lambda item: item.path):
        ordered += sorted(tests, key=_shares_fixture)
    return ordered


def _shares_fixture(item: pytest.Item) -> bool:
    """Whether a fixture of the test is that of its whole module."""
    info = getattr(item, "_fixtureinfo", None)
    definitions = info.name2fixturedefs.values() if info else ()
    return any(definition[-1].scope == "module" for definition in definitions)


def _depends_on_database(item: pytest.Item) -> bool:
    """Whether the database decides if a test passes: it has the fixture, or its module names databases."""
    if any(item.get_closest_marker(name) for name in _OF_ANY_DATABASE):
        return False
    fixtures = {"db", "transactional_db", "django_db_setup"}.intersection(getattr(item, "fixturenames", ()))
    return bool(fixtures or item.get_closest_marker("django_db")) or bool(_DATABASE_WORDS.search(_source(item.path)))


@cache
def _source(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def pytest_collection_finish() -> None:
    # What is there before the first test stays: looking through it again and again took a fifth of the tests' time.
    gc.collect()
    gc.freeze()
    # Most of what a test makes ends with it. With Python's thresholds the collector took an eighth of what was left.
    gc.set_threshold(20_000, 20, 100)


def _redis() -> bool:
    try:
        socket.create_connection(("127.0.0.1", 6379), 1).close()
    except OSError:
        return False
    return True


def _user(name: str) -> Any:
    user = User.objects.create_user(name, password="a-test-password", is_staff=True)
    user.groups.add(Group.objects.get(name=name))
    return user


@pytest.fixture
def contributor(db: None) -> Any:
    return _user("contributor")


@pytest.fixture
def editor(db: None) -> Any:
    return _user("editor")


@pytest.fixture
def administrator(db: None) -> Any:
    return _user("administrator")


@pytest.fixture
def anonymous() -> Any:
    return AnonymousUser()


@pytest.fixture(scope="module")
def module_dossier(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The first dossier for all tests of a module; what each test changes is undone after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        put_dossier()
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def complete_dossier(module_dossier: None, django_db_blocker: Any) -> None:
    """The first dossier, and what it lacks for every filter to find something."""
    with django_db_blocker.unblock():
        complete_records()


@pytest.fixture
def dossier(module_dossier: None, db: None) -> None:
    """The first dossier, and a transaction of the test's own: what it changes is undone after it."""


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
