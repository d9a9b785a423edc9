"""Restoring versions and deleted records: columns, links, parts, and links from other records."""

from __future__ import annotations

from typing import Any

import pytest

from archive import models
from archive.models.base import Tracked
from archive.revisions.deleted import deletions
from archive.revisions.restore import restore
from archive.revisions.state import own_parts, record_models, tracked_models
from tests.support.linked import linked, plan_of, stored
from tests.support.parts import KINDS, whole_world
from tests.support.world import World

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
RECORDS = pytest.mark.parametrize("model", record_models(), ids=lambda model: model._meta.model_name)
PARTS = pytest.mark.parametrize("name", KINDS)


@pytest.fixture
def world() -> World:
    return whole_world()


def _forget_revisions() -> None:
    """As if fixtures and bulk loading had written everything."""
    for model in tracked_models():
        model.history.all().delete()


def _drafted(rows: dict[Any, dict[str, Any]], record: Any) -> dict[Any, dict[str, Any]]:
    key = (record._meta.label, record.pk)
    return rows | {key: rows[key] | {"status": "draft"}}


@RECORDS
@pytest.mark.parametrize("has_history", [True, False], ids=["revised", "loaded"])
def test_a_deleted_record_is_restored_as_a_draft_with_parts_and_links(
    model: Any, has_history: bool, world: World, editor: Any
) -> None:
    record = linked(model, world)
    before = stored(record)
    if not has_history:
        _forget_revisions()
    key, version = record.pk, model.objects.get(pk=record.pk).version
    record.delete()
    [deletion] = deletions(model)
    assert deletion.id == key
    result = plan_of(model, key)
    assert not result.losses
    assert not result.refusals
    restore(result, editor, "Deleted by mistake")
    record = model.objects.get(pk=key)
    assert stored(record) == _drafted(before, record)
    assert record.version == version + 1
    last = record.history.order_by("history_id").last()
    assert (last.version, last.history_change_reason) == (version + 1, "Deleted by mistake")
    assert not deletions(model)


@RECORDS
@pytest.mark.parametrize("has_history", [True, False], ids=["revised", "loaded"])
def test_a_version_is_restored_with_links_and_parts_as_one_revision(
    model: Any, has_history: bool, world: World, editor: Any
) -> None:
    record = linked(model, world)
    if not has_history:
        _forget_revisions()
    record = model.objects.get(pk=record.pk)
    owned = _owned(record)
    assert owned or not own_parts(model)
    record.status = "published"
    heading = "title" if model is models.Source else "name"
    setattr(record, heading, "Another")
    record.save()
    for many in model._meta.many_to_many:
        getattr(record, many.name).clear()
    for part in owned:
        type(part).objects.filter(pk=part.pk).delete()
    record = model.objects.get(pk=record.pk)
    version = record.version
    rows = record.history.count()
    restore(plan_of(model, record.pk, 0), editor, "As it was")
    after = model.objects.get(pk=record.pk)
    assert after.version == version + 1
    assert after.history.count() == rows + 1
    assert after.history.order_by("history_id").last().history_change_reason == "As it was"
    if heading in {field.name for field in model._meta.fields}:
        assert getattr(after, heading) != "Another"
    for many in model._meta.many_to_many:
        assert getattr(after, many.name).exists(), many.name
    for part in owned:
        again = type(part).objects.get(pk=part.pk)
        for field in part._meta.concrete_fields:
            if field.name not in ("version", "public_version", "updated_at"):
                assert getattr(again, field.attname) == getattr(part, field.attname), (part._meta.label, field.name)
        for many in part._meta.many_to_many:
            assert getattr(again, many.name).exists(), (part._meta.label, many.name)
        last = again.history.order_by("history_id").last()
        assert last.history_date == after.history.order_by("history_id").last().history_date
        assert last.history_change_reason == "As it was"


def _owned(row: Any) -> list[Any]:
    results = []
    for key in own_parts(type(row)):
        for part in key.model.objects.filter(**{key.name: row}):
            results += [part, *_owned(part)]
    return results


@PARTS
def test_a_deleted_part_is_restored(name: str, world: World, editor: Any) -> None:
    part = KINDS[name].new(world)
    part.save()
    for many in part._meta.many_to_many:
        getattr(part, many.name).add(world.state if many.related_model is models.Body else world.official)
    before, key, model = stored(part), part.pk, type(part)
    part.delete()
    restore(plan_of(model, key), editor, "Struck off by mistake")
    assert stored(model.objects.get(pk=key)) == before


@PARTS
def test_a_changed_part_is_restored(name: str, world: World, editor: Any) -> None:
    part = KINDS[name].new(world)
    part.save()
    field, value = KINDS[name].change
    was = getattr(part, field)
    setattr(part, field, value)
    part.save()
    restore(plan_of(type(part), part.pk, 0), editor, "As it was")
    assert getattr(type(part).objects.get(pk=part.pk), field) == was


@RECORDS
def test_the_newest_version_has_no_changes(model: Any, world: World) -> None:
    record = linked(model, world)
    record = model.objects.get(pk=record.pk)
    assert plan_of(model, record.pk).changes() == []


def test_parts_removed_before_the_deletion_are_not_restored(world: World, editor: Any) -> None:
    world.speech_act.delete()
    key = world.statement.pk
    models.Statement.objects.get(pk=key).delete()
    restore(plan_of(models.Statement, key), editor, "")
    assert not models.SpeechAct.objects.filter(statement=key).exists()


def test_later_parts_are_removed_and_numbers_are_exchanged(world: World, editor: Any) -> None:
    statement = world.statement
    second = models.SpeechAct.objects.create(statement=statement, ordinal=2, kind="offer", text="Second.")
    statement.summary = "Changed"
    statement.save()
    models.SpeechAct.objects.filter(pk=second.pk).update(ordinal=9)
    for row, ordinal in ((world.speech_act, 2), (second, 1)):
        row.ordinal = ordinal
        row.save()
    models.SpeechAct.objects.create(statement=statement, ordinal=3, kind="denial", text="Later.")
    restore(plan_of(models.Statement, statement.pk, 0), editor, "")
    assert list(statement.speech_acts.order_by("ordinal").values_list("text", flat=True)) == ["Do it.", "Second."]


def test_parts_that_exchanged_unique_texts_are_restored(world: World, editor: Any) -> None:
    official = world.official
    first = models.Name.objects.create(official=official, text="One", scheme="press")
    second = models.Name.objects.create(official=official, text="Two", scheme="press")
    official.name = "Changed"
    official.save()
    for row, text in ((first, "Three"), (second, "One"), (first, "Two")):
        row.text = text
        row.save()
    restore(plan_of(models.Official, official.pk, 0), editor, "")
    assert [models.Name.objects.get(pk=row.pk).text for row in (first, second)] == ["One", "Two"]


def test_records_deleted_together_are_restored_one_by_one(world: World, editor: Any) -> None:
    topics = [models.Topic.objects.create(slug=f"topic-{name}", name=name) for name in "ab"]
    world.event.topics.set(topics)
    before = {topic.pk for topic in topics}
    models.Topic.objects.filter(slug__startswith="topic-").delete()
    for pk in before:
        restore(plan_of(models.Topic, pk), editor, "")
    assert {topic.pk for topic in models.Event.objects.get(pk=world.event.pk).topics.all()} == before


def test_deleting_and_restoring_twice_loses_nothing(world: World, editor: Any) -> None:
    record = linked(models.Event, world)
    before, key = stored(record), record.pk
    for _ in range(2):
        models.Event.objects.get(pk=key).delete()
        restore(plan_of(models.Event, key), editor, "")
    record = models.Event.objects.get(pk=key)
    assert stored(record) == _drafted(before, record)


def test_the_status_is_kept_unless_requested(world: World, editor: Any) -> None:
    event = models.Event.objects.create(slug="e", name="First", date="2019", classification="meeting")
    event.name, event.status = "Second", "published"
    event.save()
    restore(plan_of(models.Event, event.pk, 0), editor, "")
    event.refresh_from_db()
    assert (event.name, event.status) == ("First", "published")
    restore(plan_of(models.Event, event.pk, 0), editor, "", with_status=True)
    event.refresh_from_db()
    assert event.status == "draft"


def test_every_tracked_model_has_a_history() -> None:
    assert all(issubclass(model, Tracked) and model.history.model for model in tracked_models())
    assert len(record_models()) == 10
