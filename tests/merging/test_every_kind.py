"""Merges of every kind of record: all that hangs on it moves, and undoing restores the archive as it was."""

from __future__ import annotations

from typing import Any

import pytest

from archive.merging.merge import merge
from archive.merging.undo import undo
from archive.models import Citation, MergedRecord
from archive.models.source import CITED
from archive.registry import COLLECTIONS
from archive.revisions.state import keys_to, links_to
from tests.support.contents import contents
from tests.support.world import World, copy

pytestmark = pytest.mark.django_db
KINDS = [collection.model._meta.model_name for collection in COLLECTIONS.values()]
_ATTRIBUTES = {"speechact": "speech_act"}


@pytest.fixture
def world(db: None) -> World:
    world = World()
    for kind in CITED:
        world.cite(kind)
    world.measure.imposers.add(world.body)
    world.measure.targets.add(world.state)
    world.measure.topics.add(world.topic)
    world.event.topics.add(world.topic)
    world.statement.topics.add(world.topic)
    world.statement.capacities.add(world.appointment)
    world.statement.about_events.add(world.event)
    world.statement.about_measures.add(world.measure)
    world.speech_act.addressee_bodies.add(world.body)
    world.speech_act.addressee_officials.add(world.official)
    return world


def _duplicate(record: Any) -> Any:
    """A second record like this one, without anything that hangs on it."""
    values = {"ordinal": 2} if record._meta.model_name == "speechact" else {}
    values |= {"iso3166": None} if record._meta.model_name == "body" else {}
    duplicate = copy(record, slug="the-other", **values)
    duplicate.save()
    return duplicate


def _links(record: Any) -> int:
    rows = [key.model._base_manager.filter(**{key.attname: record.pk}).count() for key in keys_to(type(record))]
    links = [many.model._base_manager.filter(**{many.name: record.pk}).count() for many in links_to(type(record))]
    return sum(rows) + sum(links)


@pytest.mark.parametrize("kind", KINDS)
def test_all_moves_and_undoing_restores_the_archive(world: World, kind: str, editor: Any) -> None:
    source = getattr(world, _ATTRIBUTES.get(kind, kind))
    target = _duplicate(source)
    links, before = _links(source), contents()
    slug, pk = source.slug, source.pk

    merged = merge(source, target, editor, "The same twice.")

    assert not type(source).objects.filter(pk=pk).exists()
    source.pk = pk
    assert _links(source) == 0
    assert _links(target) >= links
    assert (merged.slug, merged.target_id, merged.author) == (slug, target.pk, editor)
    deletion = source.history.model.objects.filter(id=pk).latest("history_id")
    reason = f"Merged {source._meta.verbose_name} '{slug}' into 'the-other'. The same twice."
    assert (deletion.history_type, deletion.history_change_reason, deletion.history_user) == ("-", reason, editor)
    last = target.history.first()
    assert (last.history_type, last.history_change_reason, last.history_user) == ("~", reason, editor)

    back = undo(MergedRecord.objects.get(), editor)

    assert contents() == before
    assert back.pk == pk
    assert back.history.first().history_type == "+"
    assert back.status == "published" if hasattr(back, "status") else True


@pytest.mark.parametrize("kind", KINDS)
def test_what_both_have_is_there_once_and_comes_back(world: World, kind: str, editor: Any) -> None:
    """The other record is the one with everything, and the merged one has the same citation and links."""
    target = getattr(world, _ATTRIBUTES.get(kind, kind))
    source = _duplicate(target)
    for many in source._meta.many_to_many:
        getattr(source, many.name).set(getattr(target, many.name).all())
    subject = _ATTRIBUTES.get(kind, kind)
    if subject in CITED:
        Citation.objects.create(source=world.source, **{subject: source})
    before = contents()
    links = _links(target)

    merge(source, target, editor)

    assert _links(target) == links
    undo(MergedRecord.objects.get(), editor)
    assert contents() == before
