"""Restoring when related records are deleted, or a slug, number or identifier is taken."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from archive import models
from archive.merging.merge import merge
from archive.revisions.restore import restore
from archive.revisions.state import record_models, tracked_models
from tests.support.linked import linked, plan_of
from tests.support.parts import whole_world
from tests.support.world import World

pytestmark = pytest.mark.django_db
RECORDS = pytest.mark.parametrize("model", record_models(), ids=lambda model: model._meta.model_name)


@pytest.fixture
def world() -> World:
    return whole_world()


@RECORDS
def test_a_slug_taken_by_another_record_refuses_the_restore(model: Any, world: World, editor: Any) -> None:
    record = linked(model, world)
    key = record.pk
    record.delete()
    again = linked(model, world)
    result = plan_of(model, key)
    assert f"The slug 'linked' was taken meanwhile by '{again}' (number {again.pk})" in result.refusals[0]
    count = {tracked_model: tracked_model.objects.count() for tracked_model in tracked_models()}
    with pytest.raises(ValidationError):
        restore(result, editor, "")
    assert count == {tracked_model: tracked_model.objects.count() for tracked_model in tracked_models()}


def test_links_to_records_merged_since_lead_to_the_others(world: World, editor: Any) -> None:
    event = world.event
    topics = [models.Topic.objects.create(slug=slug, name=slug) for slug in ("ta", "tb")]
    wholes = [
        models.Event.objects.create(slug=slug, name=slug, date="2019", classification="meeting")
        for slug in ("wa", "wb")
    ]
    event.topics.set(topics[:1])
    event.part_of = wholes[0]
    event.save()
    event.part_of = None
    event.save()
    event.topics.clear()
    for source, target in (topics, wholes):
        merge(source, target, editor)
    result = plan_of(models.Event, event.pk, -3)
    assert result.losses == []
    assert sorted(result.notes) == [
        "part of: wa (deleted) was merged since; it is wb now.", "topics: ta (deleted) was merged since; it is tb now.",
    ]  # fmt: skip
    restore(result, editor, "")
    event.refresh_from_db()
    assert (event.part_of, list(event.topics.all())) == (wholes[1], topics[1:])


def test_a_link_to_a_deleted_record_is_a_loss_and_the_rest_is_restored(world: World, editor: Any) -> None:
    event, other = world.event, world.later
    other.delete()
    topic = models.Topic.objects.create(slug="gone", name="Gone topic")
    event.topics.add(topic, world.topic)
    full = models.Event.objects.create(slug="whole", name="The whole", date="2019", classification="meeting")
    event.part_of = full
    event.save()
    models.Relation.objects.create(from_event=event, kind="announces", to_event=full)
    event.name = "Changed"
    event.save()
    event.topics.clear()
    topic.delete()
    full.delete()
    result = plan_of(models.Event, event.pk, -3)
    message = " ".join(str(loss) for loss in result.losses)
    assert "topics: 'Gone topic (deleted)' is gone; the link does not come back." in message
    assert "part of: 'The whole (deleted)' is gone; the field stays as it is now: empty." in message
    assert "to event: 'The whole (deleted)' is gone; the part does not come back." in message
    restore(result, editor, "")
    event = models.Event.objects.get(pk=event.pk)
    assert (event.name, event.part_of, [*event.topics.all()]) == ("Event", None, [world.topic])


def test_a_record_with_a_deleted_required_relation_is_refused(world: World, editor: Any) -> None:
    body = models.Body.objects.create(slug="organ", name="Organ", kind="government_organ")
    office = models.Office.objects.create(slug="post", name="Post", body=body)
    key = office.pk
    office.delete()
    body.delete()
    result = plan_of(models.Office, key)
    assert result.refusals == [
        "body: 'Organ (deleted)' is gone, and it can't be without. Bring that back first, from the deleted records."
    ]
    with pytest.raises(ValidationError):
        restore(result, editor, "")
    [organ] = models.Body.history.filter(slug="organ", history_type="-")
    restore(plan_of(models.Body, organ.id), editor, "")
    restore(plan_of(models.Office, key), editor, "")
    assert models.Office.objects.get(pk=key).body.slug == "organ"


def test_validation_errors_without_lost_values_are_refusals_of_the_plan(world: World, editor: Any) -> None:
    speaker = models.Official.objects.create(slug="speaker", name="Speaker")
    statement = models.Statement.objects.create(
        slug="words", name="Words", date="2019", classification="note", attribution="named", speaker=speaker
    )
    code = models.Body.objects.create(slug="land", name="Land", kind="state", iso3166="XX")
    keys = (statement.pk, code.pk)
    statement.delete()
    speaker.delete()
    code.delete()
    models.Body.objects.create(slug="country", name="Country", kind="state", iso3166="XX")
    result = plan_of(models.Statement, keys[0])
    assert str(result.losses[0]) == "speaker: 'Speaker (deleted)' is gone; comes back empty."
    assert result.refusals[0] == "A named statement has a speaker: got none, expected an official."
    assert plan_of(models.Body, keys[1]).refusals == ["Body with this ISO 3166 code already exists."]


def test_a_part_of_another_deleted_record_is_a_loss(world: World, editor: Any) -> None:
    event, dossier, entry = world.event.pk, world.dossier.pk, world.entry.pk
    world.event.delete()
    world.dossier.delete()
    result = plan_of(models.Event, event)
    assert "dossier: 'Dossier (deleted)' is gone; the part does not come back." in str(result.losses[0])
    restore(result, editor, "")
    assert not models.DossierEntry.objects.exists()
    restore(plan_of(models.Dossier, dossier), editor, "")
    assert not models.DossierEntry.objects.filter(pk=entry).exists()
    restore(plan_of(models.DossierEntry, entry), editor, "")
    assert models.DossierEntry.objects.get(pk=entry).event_id == event


def test_an_identifier_of_another_record_refuses_the_restore(world: World, editor: Any) -> None:
    event = linked(models.Event, world)
    identifier = models.Identifier.objects.get(event=event)
    key = event.pk
    event.delete()
    models.Identifier.objects.create(scheme=identifier.scheme, value=identifier.value, event=world.later)
    with pytest.raises(ValidationError, match="A record has this identifier already"):
        restore(plan_of(models.Event, key), editor, "")
    assert not models.Event.objects.filter(pk=key).exists()


def test_an_entry_whose_position_is_taken_becomes_the_last(world: World, editor: Any) -> None:
    key = world.event.pk
    world.event.delete()
    models.DossierEntry.objects.create(dossier=world.dossier, position=1, event=world.later)
    result = plan_of(models.Event, key)
    assert any("number 1 is taken now; it comes last, as 2." in note for note in result.notes)
    restore(result, editor, "")
    assert models.DossierEntry.objects.get(event=key).position == 2


def test_an_existing_part_keeps_its_value_when_the_earlier_one_is_deleted(world: World, editor: Any) -> None:
    other = models.Body.objects.create(slug="other", name="Other", kind="party")
    part = models.Participation.objects.create(event=world.later, body=other, role="host")
    world.later.name = "Changed"
    world.later.save()
    part.body = world.body
    part.save()
    other.delete()
    result = plan_of(models.Event, world.later.pk, 0)
    assert "body: 'Other (deleted)' is gone; the field stays as it is now: Body." in str(result.losses[0])
    restore(result, editor, "")
    assert models.Participation.objects.get(pk=part.pk).body == world.body
    assert models.Event.objects.get(pk=world.later.pk).name == "Event"
