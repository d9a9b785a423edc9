"""A record of any type with all its parts and links, made from the models, and a snapshot of it."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models.deletion import Collector

from archive.models.base import Tracked
from archive.revisions.planning import make_plan
from archive.revisions.version import version_of
from tests.support.parts import KINDS
from tests.support.world import World, copy

#: What a save changes by itself, and what follows from other records: a draft that is answered counts for no sequence.
_SAVING = {"version", "public_version", "updated_at", "sequence"}
_UNIQUE = {"position": 40, "ordinal": 40, "value": "Q40", "locator": "p. 40", "date": "2022"}


def linked(model: Any, world: World) -> Any:
    """A record that nothing protects, with every link, every part, every part of a part, and every link to it."""
    like = getattr(world, _name(model))
    like.refresh_from_db()
    record = copy(like, slug="linked")
    record.save()
    _hang(record, world)
    return record


def _hang(row: Any, world: World) -> None:
    for many in row._meta.many_to_many:
        target = world.reply if many.name == "in_reply_to" else getattr(world, _name(many.related_model))  # type: ignore[attr-defined]
        getattr(row, many.name).add(target)
    for relation in row._meta.related_objects:
        other: Any = getattr(world, _name(relation.related_model), None)
        if not issubclass(relation.related_model, Tracked):
            continue
        if relation.many_to_many:
            getattr(other, relation.field.name).add(row)
        elif relation.on_delete is models.SET_NULL:
            setattr(other, relation.field.name, row)
            other.save()
        elif relation.on_delete is models.CASCADE:
            _hang(_part(relation.field, row, world), world)


def _part(key: Any, row: Any, world: World) -> Any:
    kind = next(record for record in KINDS.values() if record.model is key.model and key.name in record.joins)
    part = kind.new(world)
    for name, value in _UNIQUE.items():
        if hasattr(part, name):
            setattr(part, name, f"{value}-{key.name}" if isinstance(value, str) and name != "date" else value)
    if key.name == "to_event":
        part.from_event = world.later
    setattr(part, key.name, row)
    part.save()
    return part


def stored(record: Any) -> dict[tuple[str, int], dict[str, Any]]:
    """The rows that deleting the record would delete or change, with their columns and links."""
    collector: Any = Collector(using="default")
    collector.collect([record])
    rows = {row for group in collector.data.values() for row in group}
    rows |= {row for groups in collector.field_updates.values() for group in groups for row in group}
    rows |= {row for group in collector.fast_deletes for row in group}
    results = {(row._meta.label, row.pk): _columns(row) for row in rows if isinstance(row, Tracked)}
    for many in (related_object for related_object in record._meta.related_objects if related_object.many_to_many):
        for other in many.related_model.objects.filter(**{many.field.name: record}):
            results[other._meta.label, other.pk] = _columns(other)
    return results


def plan_of(model: Any, pk: int, place: int = -1) -> Any:
    """The plan of a revision, by its place in the record's history."""
    revision = list(model.history.filter(id=pk).order_by("history_id"))[place]
    version = version_of(model, pk, revision.history_id)
    assert version is not None
    return make_plan(version)


def _columns(row: Any) -> dict[str, Any]:
    fresh = type(row).objects.get(pk=row.pk)
    columns = {
        concrete_field.attname: getattr(fresh, concrete_field.attname)
        for concrete_field in row._meta.concrete_fields
        if concrete_field.name not in _SAVING
    }
    links = {
        many.name: sorted(record.pk for record in getattr(fresh, many.name).all()) for many in row._meta.many_to_many
    }
    return columns | links


def _name(model: Any) -> str:
    names = {"speechact": "speech_act", "measuregood": "measure_good", "measurestep": "measure_step"}
    names["dossierentry"] = "entry"
    return names.get(model._meta.model_name, model._meta.model_name)
