"""No response is older than the version that was readable, with servers and writers in several processes."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.support.servers import Database, get, server

pytestmark = [pytest.mark.xdist_group("never_stale"), pytest.mark.slow]
SLUG = "what-happens"
QUERY = json.dumps({"query": f'{{ event(slug: "{SLUG}") {{ name }} }}'}).encode()
QUESTIONS: list[tuple[str, bytes | None]] = [
    (f"/api/v1/events/{SLUG}/?fields=name", None),
    ("/api/v1/events/?q=number&fields=name", None),
    ("/graphql/", QUERY),
    (f"/events/{SLUG}/", None),
]
_NUMBER = re.compile(rb"number (\d+)")
WRITES, READERS = 50, 3


def displayed_version(port: int, question: tuple[str, bytes | None]) -> int:
    match = _NUMBER.search(get(port, *question))
    assert match, question
    return int(match[1])


def write(opened: Any, number: int, stamp: str = "") -> None:
    """One committed write, by plain SQL; with a stamp, as a replica would repeat it."""
    opened.execute(f"UPDATE archive_event SET name = 'number {number}' WHERE slug = '{SLUG}'")
    if stamp:
        opened.execute(f"UPDATE archive_publicversion SET stamp = '{stamp}'")
    opened.commit()


def stamp(opened: Any) -> str:
    return str(opened.execute("SELECT stamp FROM archive_publicversion").fetchone()[0])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("databases")


@pytest.fixture(scope="module")
def primary(folder: Path) -> Iterator[Database]:
    database = Database("primary", folder).create()
    columns = (
        "slug, status, name, summary, classification, date, date_earliest, date_latest, date_sort, date_precision, "
        "date_ends, date_display, place, filing_key, version, created_at, updated_at"
    )
    with database.open() as opened:
        day = "'2019-07-12', '2019-07-12', '2019-07-12', 1, 'day', 'known/known', '12 July 2019'"
        moment = "'2026-01-01 00:00:00'"
        text = f"'{SLUG}', 'published', 'number 0', '', 'meeting', {day}, '', 'number 0', 1, {moment}, {moment}"
        opened.execute(f"INSERT INTO archive_event ({columns}) VALUES ({text})")
        opened.commit()
    yield database
    database.drop()


def read_while(port: int, committed: list[int], written: Callable[[], bool]) -> int:
    """Ask all questions over and over; each answer holds at least what was committed before it was asked."""
    query = 0
    while not written():
        for question in QUESTIONS:
            least = committed[-1]
            assert displayed_version(port, question) >= least
            query += 1
    return query


def test_readers_beside_a_writer_never_see_less_than_was_committed(primary: Database) -> None:
    committed = [0]
    with server(primary.url) as port, ThreadPoolExecutor(READERS) as pool, primary.open() as opened:
        readers = [pool.submit(read_while, port, committed, lambda: committed[-1] == WRITES) for _ in range(READERS)]
        for number in range(1, WRITES + 1):
            write(opened, number)
            committed.append(number)
        assert all(reader.result() > 0 for reader in readers)
        assert {displayed_version(port, question) for question in QUESTIONS} == {WRITES}


@pytest.mark.redis
def test_a_lagging_replica_and_its_primary_share_a_cache_and_keep_apart(primary: Database, folder: Path) -> None:
    with primary.open() as opened:
        write(opened, 0)
    replica = Database("replica", folder).copy_of(primary)
    shared = {"CACHE_URL": "redis://127.0.0.1:6379/0"}
    with (
        server(primary.url, **shared) as first,
        server(replica.url, **shared) as second,
        primary.open() as opened,
        replica.open() as behind,
    ):
        for number in range(1, 11):
            assert {displayed_version(second, question) for question in QUESTIONS} == {0}
            write(opened, number)
            assert {displayed_version(first, question) for question in QUESTIONS} == {number}
        now = stamp(opened)
        opened.commit()
        write(behind, 10, now)
        assert {displayed_version(second, question) for question in QUESTIONS} == {10}
    replica.drop()
