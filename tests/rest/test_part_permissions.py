"""What a contributor may do through REST to a part of what is published, and of a draft about what is published."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import transaction

from archive.models import SpeechAct
from archive.models.base import Part
from archive.rest.serializers import SERIALIZERS
from tests.support.parts import whole_world
from tests.support.rest_client import RestClient, problem

pytestmark = pytest.mark.django_db
STATUSES = ("draft", "review", "published", "withdrawn")


@pytest.fixture
def world(db: None) -> Any:
    return whole_world()


@pytest.fixture
def asking(contributor: Any) -> RestClient:
    """A contributor who was also given all permissions to delete: those say nothing of what is published."""
    contributor.user_permissions.add(*Permission.objects.filter(codename__startswith="delete_"))
    return RestClient(contributor)


def put(record: Any, status: str) -> None:
    type(record).objects.filter(pk=record.pk).update(status=status)


def test_speech_acts_are_the_only_parts_that_are_written_here() -> None:
    """Another one would need its rows below."""
    written = {serializer.Meta.model for serializer in SERIALIZERS.values()}  # type: ignore[attr-defined]
    assert {model for model in written if issubclass(model, Part)} == {SpeechAct}


@pytest.mark.parametrize("way", ["add", "change", "replace", "delete"])
def test_an_act_is_its_statement_s_whatever_it_is_about(asking: RestClient, world: Any, way: str) -> None:
    act = world.speech_act
    body = {"statement": "statement", "ordinal": 2, "kind": "demand", "text": "Words", "about_event": "event"}
    act.about_event = world.event
    act.save()
    ways: dict[str, Callable[[], Any]] = {
        "add": lambda: asking.send("POST", "speech-acts/", body),
        "change": lambda: asking.send("PATCH", f"speech-acts/{act.slug}/", {"text": "Other"}, match="*"),
        "replace": lambda: asking.send("PUT", f"speech-acts/{act.slug}/", body, match="*"),
        "delete": lambda: asking.send("DELETE", f"speech-acts/{act.slug}/", b"", match="*"),
    }
    before = list(SpeechAct.objects.values_list("pk", "text", "ordinal"))
    for own, about in product(STATUSES, STATUSES):
        with transaction.atomic():
            put(world.statement, own)
            put(world.event, about)
            answer = ways[way]()
            case = (own, about, answer.content)
            if own in ("draft", "review"):
                assert answer.status_code == {"add": 201, "delete": 204}.get(way, 200), case
            else:
                message = problem(answer, 403)
                assert "editor" in message["detail"], case
                if way == "add":
                    wrong = {"field": "statement", "got": "statement", "expected": "one that is in draft or review"}
                    assert message["errors"] == [wrong], case
                assert list(SpeechAct.objects.values_list("pk", "text", "ordinal")) == before, case
            transaction.set_rollback(True)


def test_an_act_is_neither_given_to_a_published_statement_nor_taken_from_it(asking: RestClient, world: Any) -> None:
    address = f"speech-acts/{world.speech_act.slug}/"
    move = {"statement": "reply", "ordinal": 9}
    for own, other, status in (("draft", "published", 403), ("published", "draft", 403), ("draft", "draft", 200)):
        put(world.statement, own)
        put(world.reply, other)
        answer = asking.send("PATCH", address, move, match="*")
        assert answer.status_code == status, (own, other, json.loads(answer.content))


def test_an_act_that_answers_something_published_is_deleted_by_editors(
    asking: RestClient, editor: Any, world: Any
) -> None:
    world.outcome.answer = world.answer
    world.outcome.save()
    put(world.reply, "draft")
    address = f"speech-acts/{world.answer.slug}/"
    assert "editor" in problem(asking.send("DELETE", address, b"", match="*"), 403)["detail"]
    assert RestClient(editor).send("DELETE", address, b"", match="*").status_code == 204
