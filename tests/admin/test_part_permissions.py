"""What a contributor may do to every kind of part, whichever of the records that it joins is published.

The one rule: a part is its owner's. While that is a draft, a contributor adds, changes and strikes it; afterwards not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.db import transaction
from django.test import Client

from archive.models import SpeechAct
from archive.models.base import Part
from archive.permissions import PARENT_PATHS
from tests.support.admin_forms import address, errors, filled_in, opened, send, with_part
from tests.support.parts import KINDS, Kind, parents, whole_world
from tests.support.world import World

pytestmark = [pytest.mark.slow, pytest.mark.django_db, pytest.mark.any_database]
OURS = "The record that it belongs to is published: got a contributor, expected an editor to add or change it."


@pytest.fixture
def world(db: None) -> World:
    return whole_world()


@pytest.fixture
def deleting(contributing: Client, contributor: Any) -> Client:
    """A contributor who was also given all permissions to delete: those say nothing of what is published."""
    contributor.user_permissions.add(*Permission.objects.filter(codename__startswith="delete_"))
    return contributing


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def put(records: list[Any], published: list[Any]) -> None:
    for record in records:
        status = "published" if record in published else "draft"
        type(record).objects.filter(pk=record.pk).update(status=status)


def went(response: Any) -> bool:
    """Whether it was done; if not, it was refused, and for the right reason."""
    if response.status_code in (302, 403):
        return bool(response.status_code == 302)
    assert errors(response) == {"__all__": [OURS]}
    return False


def constellations(owner: Any, records: list[Any]) -> Iterator[list[Any]]:
    """What may be published: nothing, all, the owner alone, all but the owner."""
    seen: list[list[Any]] = []
    for chosen in ([], records, [owner], [record for record in records if record != owner]):
        if chosen not in seen:
            seen.append(chosen)
            yield chosen


class Doing:
    """A contributor's ways to one kind of part: forms as they were shown while all was a draft, sent later."""

    def __init__(self, client: Client, kind: Kind, world: World) -> None:
        self.client, self.kind = client, kind
        self.part = kind.new(world)
        self.records = parents(self.part)
        put(self.records, [])
        key = next(
            path.partition("__")[0] for path in PARENT_PATHS[kind.model] if path.partition("__")[0] in kind.joins
        )
        self.page = getattr(world, kind.joins[key])
        value = {name: str(getattr(world, record).pk) for name, record in kind.joins.items()}
        values = {name: str(value) for name, value in kind.values.items()}
        self.adding = {**opened(client, kind.model), **value, **values}
        empty, prefix, _ = self._page()
        del value[key]
        self.on_page = {"add": with_part(empty, prefix, **value, **values)} if prefix else {}
        self.part.save()
        self.changing = {**opened(client, self.part), kind.change[0]: kind.change[1]}
        content, prefix, number = self._page()
        if prefix:
            row = f"{prefix}-{number}"
            self.on_page["change"] = {**content, f"{row}-{kind.change[0]}": kind.change[1]}
            self.on_page["strike"] = {**content, f"{row}-DELETE": "on"}

    def _page(self) -> tuple[dict[str, Any], str, int]:
        """The owner's page, what its rows of this kind are called there, if there are any, and the part's number."""
        response = self.client.get(address(self.page))
        for inline in response.context["inline_admin_formsets"]:
            if inline.formset.model is self.kind.model:
                keys = [form.instance.pk for form in inline.formset.forms]
                number = keys.index(self.part.pk) if self.part.pk in keys else -1
                return filled_in(response), inline.formset.prefix, number
        return {}, "", -1

    def ways(self) -> dict[str, Callable[[], Any]]:
        results: dict[str, Callable[[], Any]] = {
            "add": lambda: send(self.client, self.kind.model, self.adding),
            "change": lambda: send(self.client, self.part, self.changing),
            "delete": lambda: self.client.post(address(self.part, "delete"), {"post": "yes"}),
        }
        for name, sent in self.on_page.items():
            results[f"{name} on the owner's page"] = lambda sent=sent: send(self.client, self.page, sent)  # type: ignore[misc]
        return results

    def done(self, published: list[Any]) -> dict[str, bool]:
        """Which of the ways are open while these are published; each is tried and undone."""
        results = {}
        for name, way in self.ways().items():
            with undone():
                put(self.records, published)
                if name.startswith("add"):
                    self.kind.model.objects.filter(pk=self.part.pk).delete()
                before = self.stored()
                results[name] = went(way())
                assert (self.stored() != before) is results[name], name
        return results

    def stored(self) -> list[Any]:
        return list(self.kind.model.objects.order_by("pk").values_list("pk", self.kind.change[0]))


@pytest.mark.parametrize("name", KINDS)
def test_a_contributor_writes_a_part_while_its_owner_is_a_draft_and_not_after(
    deleting: Client, world: World, name: str
) -> None:
    kind = KINDS[name]
    doing = Doing(deleting, kind, world)
    owner = getattr(world, kind.owner)
    assert owner in doing.records
    for published in constellations(owner, doing.records):
        results = [str(record) for record in published]
        expected = dict.fromkeys(doing.ways(), owner not in published)
        assert (results, doing.done(published)) == (results, expected)


def test_the_table_has_every_kind_and_every_join() -> None:
    joined: dict[Any, set[str]] = {model: set() for model in Part.__subclasses__()}
    for kind in KINDS.values():
        joined[kind.model] |= set(kind.joins)
    for model, names in joined.items():
        roots = {path.partition("__")[0] for path in (*model.visibility_parents, *PARENT_PATHS[model])}
        assert roots <= names, model


def test_parts_are_entered_on_their_owner_s_page_only() -> None:
    """Where the page's own rights are the part's: a part listed on another page would take that page's."""
    for page in admin.site._registry.values():
        for inline in page.inlines:
            if issubclass(inline.model, Part):
                names = {path.partition("__")[0] for path in PARENT_PATHS[inline.model]}
                keys = [f.name for f in inline.model._meta.fields if f.many_to_one and f.related_model is page.model]
                assert (inline.fk_name or keys[0]) in names, (page.model, inline.model)


def test_a_contributor_can_not_move_a_part_to_a_published_record(contributing: Client, world: Any) -> None:
    """Nor take one from it: the part as it is, and as it would be, must be the contributor's."""
    put([world.statement], [])
    sent = {**opened(contributing, world.speech_act), "statement": str(world.reply.pk), "ordinal": "9"}
    assert not went(send(contributing, world.speech_act, sent))
    put([world.statement, world.reply], [world.statement])
    assert not went(send(contributing, world.speech_act, sent))
    assert SpeechAct.objects.get(pk=world.speech_act.pk).statement == world.statement


def test_a_contributor_can_not_delete_an_act_that_a_published_record_refers_to(
    contributing: Client, world: Any
) -> None:
    """The outcome would be seen at once, and no longer say by what."""
    world.outcome.answer = world.answer
    world.outcome.save()
    put([world.reply], [])
    sent = {**opened(contributing, world.reply), "speech_acts-0-DELETE": "on"}
    field_errors = errors(send(contributing, world.reply, sent))
    message = f"a published record refers to '{world.answer}'. Got a contributor, expected an editor to delete it."
    assert field_errors["speech_acts"] == [f"Not deleted: {message}"]
    world.outcome.refresh_from_db()
    assert world.outcome.answer == world.answer
