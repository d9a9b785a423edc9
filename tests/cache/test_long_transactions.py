"""A client that polls with ``updated_after`` misses no change of a long transaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections

from archive.datasets import write
from archive.filters import FILTERSETS
from archive.models import Event, PublicChange, Topic
from tests.support.datasets import load_files


def changed_after(moment: datetime) -> set[str]:
    filterset = FILTERSETS["topics"]({"updated_after": [moment.isoformat()]}, None)
    return set(filterset.result().values_list("slug", flat=True)) & {"first", "second", "third"}


@pytest.fixture
def topics(transactional_db: None) -> None:
    for slug in ("first", "second", "third"):
        Topic.objects.create(slug=slug, name=slug, status="published")


@pytest.fixture
def other() -> Iterator[Any]:
    """A second connection, as another process has it."""
    result = connections["default"].copy()
    try:
        yield result
    finally:
        result.close()


def rename(database: Any, slug: str) -> None:
    with database.cursor() as cursor:
        cursor.execute("UPDATE archive_topic SET name = name || '!' WHERE slug = %s", [slug])


@pytest.mark.postgresql
@pytest.mark.usefixtures("topics")
def test_updated_after_returns_changes_of_a_transaction_open_at_the_last_read(other: Any) -> None:
    other.set_autocommit(False)
    rename(other, "first")
    visit = datetime.now(UTC)
    assert changed_after(visit) == set()
    other.commit()
    assert Topic.objects.get(slug="first").updated_at < visit
    assert changed_after(visit) == {"first"}
    assert changed_after(datetime.now(UTC)) == set()


@pytest.mark.postgresql
@pytest.mark.usefixtures("topics")
def test_the_newest_moment_of_an_answer_is_a_safe_mark(other: Any) -> None:
    """A draft's transaction began first and publishes last, and another came in between."""
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")  # begins its transaction
    rename(connection, "second")
    mark = Topic.objects.get(slug="second").updated_at
    rename(other, "first")
    other.commit()
    assert "first" in changed_after(mark)
    assert changed_after(Topic.objects.get(slug="first").updated_at) == set()


@pytest.mark.postgresql
@pytest.mark.usefixtures("topics")
def test_an_old_change_is_forgotten(other: Any) -> None:
    long_ago = datetime.now(UTC) - timedelta(days=100)
    PublicChange.objects.create(began_at=long_ago, last_at=long_ago, ended_at=long_ago)
    rename(other, "first")
    assert not PublicChange.objects.filter(ended_at=long_ago).exists()


@pytest.mark.usefixtures("topics")
def test_every_change_has_a_moment_of_its_own() -> None:
    moments = []
    for _ in range(20):
        rename(connection, "first")
        moments.append(Topic.objects.get(slug="first").updated_at)
    assert moments == sorted(set(moments))
    assert abs(moments[-1] - datetime.now(UTC)) < timedelta(seconds=60)


PARTS = "event,body,role\ntalks,host,actor\n"
BODIES = "slug,status,name,kind\nhost,published,Host,government_organ\n"
EVENTS = "slug,status,name,classification,date\n"


def test_updated_after_returns_a_load_that_ran_during_the_last_read(
    transactional_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    visits = []
    insert = write.Writer._insert

    def visited(self: Any, rows: Any) -> None:
        insert(self, rows)
        visits.append(datetime.now(UTC))

    monkeypatch.setattr(write.Writer, "_insert", visited)
    files = {
        "events.csv": EVENTS + "talks,published,Talks,meeting,2019-07-12\n",
        "bodies.csv": BODIES,
        "participations.csv": PARTS,
    }
    assert load_files(tmp_path, files).written
    event = Event.objects.get(slug="talks")
    assert (event.updated_at < visits[-1], event.public_version) == (True, 1)
    filterset = FILTERSETS["events"]({"updated_after": [visits[-1].isoformat()]}, None)
    assert list(filterset.result()) == [event]
    filterset = FILTERSETS["events"]({"updated_after": [event.updated_at.isoformat()]}, None)
    assert list(filterset.result()) == []


def test_a_load_of_parts_alone_moves_the_record(transactional_db: None, tmp_path: Path) -> None:
    load_files(
        tmp_path / "a", {"events.csv": EVENTS + "talks,published,Talks,meeting,2019-07-12\n", "bodies.csv": BODIES}
    )
    visit = datetime.now(UTC)
    load_files(tmp_path / "b", {"participations.csv": PARTS})
    event = Event.objects.get(slug="talks")
    assert (event.updated_at > visit, event.public_version, event.version) == (True, 2, 1)
    moved = event.updated_at
    load_files(tmp_path / "c", {"participations.csv": PARTS})
    assert Event.objects.get(slug="talks").updated_at == moved
