"""Rows with the same change are stored in a few statements; their revisions are those of single saves."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.database import in_chunks
from archive.merging import planning, row_changes
from archive.merging.merge import merge
from archive.merging.planning import make_plan
from archive.merging.row_changes import change_rows
from archive.merging.undo import undo
from archive.models import Citation, MergedRecord, Official, Statement, Topic
from archive.revisions.row_writer import RowWriter
from tests.support.contents import contents
from tests.support.world import World, copy

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db: None) -> World:
    world = World()
    world.statement.topics.add(world.topic)
    for number in range(4):
        statement = copy(world.statement, slug=f"words-{number}")
        statement.save()
        statement.topics.add(world.topic)
    Statement.history.all().delete()
    return world


def test_each_has_a_baseline_and_a_revision_with_its_links(world: World, editor: Any) -> None:
    stamps = dict(Statement.objects.values_list("slug", "updated_at"))
    merge(world.official, world.somebody, editor, "Twice.")
    for statement in Statement.objects.all():
        newest, baseline = statement.history.order_by("-history_id")
        assert (baseline.history_type, baseline.speaker_id, baseline.version) == ("+", world.official.pk, 1)
        assert (newest.history_type, newest.speaker_id, newest.version) == ("~", world.somebody.pk, 2)
        assert (newest.history_user, newest.history_change_reason) == (
            editor, "Merged official 'official' into 'somebody-else'. Twice.",
        )  # fmt: skip
        for revision in (baseline, newest):
            assert [row.topic_id for row in revision.topics.all()] == [world.topic.pk]
        assert statement.version == 2
        assert statement.updated_at > stamps[statement.slug]


def test_links_are_replaced_and_come_back(world: World, editor: Any) -> None:
    other = Topic.objects.create(slug="other", name="Other", status="published")
    Statement.objects.get(slug="words-0").topics.add(other)
    before = contents()
    merged = merge(world.topic, other, editor)
    assert {tuple(row.topics.values_list("slug", flat=True)) for row in Statement.objects.all()} == {("other",)}
    undo(merged, editor)
    assert contents() == before


def test_the_number_of_queries_does_not_grow_with_rows(world: World, editor: Any) -> None:
    others = [Official.objects.create(slug=f"o-{number}", name="O", status="published") for number in (1, 2)]
    with CaptureQueriesContext(connection) as few:
        merge(world.official, others[0], editor)
    for number in range(20):
        copy(Statement.objects.get(slug="words-0"), slug=f"more-{number}").save()
    with CaptureQueriesContext(connection) as many:
        merge(others[0], others[1], editor)
    # Their permissions are looked at one by one only for those who may not publish.
    assert len(many) <= len(few) + 5


def test_the_number_of_queries_of_a_plan_does_not_grow_with_possible_duplicates(world: World, editor: Any) -> None:
    source, target = (Official.objects.create(slug=slug, name=slug) for slug in ("from", "to"))
    counts = []
    for first in (0, 2):
        for number in range(first, first * 10 + 2):
            event = copy(world.event, slug=f"event-{number}")
            event.save()
            event.participations.create(official=source, role="host")
            event.participations.create(official=target, role="observer")
            Citation.objects.create(source=world.source, official=source, locator=f"p. {number}")
            source.names.create(text=f"Name {number}", scheme="press")
        with CaptureQueriesContext(connection) as queries:
            plan = make_plan(source, target, editor)
        counts.append(len(queries))
    assert len(plan.changes.rows) == 22 * 3
    assert counts[1] <= counts[0]


def test_duplicates_are_recognized_in_every_chunk(world: World, editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "in_chunks", partial(in_chunks, size=2))
    source, target = (Official.objects.create(slug=slug, name=slug) for slug in ("from", "to"))
    for number in range(7):
        event = copy(world.event, slug=f"event-{number}")
        event.save()
        event.participations.create(official=source, role="host")
        event.participations.create(official=target, role="host" if number % 3 == 0 else "observer")
        source.names.create(text=f"Name {number}", scheme="press")
        if number % 2:
            target.names.create(text=f"Name {number}", scheme="press")
    before = contents()
    merged = merge(source, target, editor)
    assert list(target.participations.filter(role="host").values_list("event__slug", flat=True).order_by("event")) == [
        f"event-{number}" for number in range(7)
    ]
    assert target.participations.count() == 11
    assert sorted(target.names.values_list("text", flat=True)) == [*(f"Name {number}" for number in range(7)), "from"]
    undo(merged, editor)
    assert contents() == before


def test_a_row_that_was_changed_meanwhile_stops_all(world: World, editor: Any) -> None:
    plan = make_plan(world.official, world.somebody, editor)
    Statement.objects.filter(slug="words-2").update(speaker=Official.objects.create(slug="third", name="Third"))
    with pytest.raises(ValidationError, match="somebody saved or deleted 'Statement'"):
        change_rows(plan.changes.ordered_rows(), RowWriter("test"))
    Statement.objects.filter(slug="words-2").delete()
    with pytest.raises(ValidationError, match="somebody saved or deleted"):
        change_rows(plan.changes.ordered_rows(), RowWriter("test"))


def test_chunks_are_stored_one_after_the_other(world: World, editor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_changes, "CHUNK_SIZE", 2)
    before = contents()
    merge(world.official, world.somebody, editor)
    assert set(Statement.objects.values_list("speaker__slug", flat=True)) == {"somebody-else"}
    undo(MergedRecord.objects.get(), editor)
    assert contents() == before
