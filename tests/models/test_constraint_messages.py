"""Each constraint has a message that says what was got and expected."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from archive.exceptions import expected_in
from tests.support.world import World, copy

pytestmark = pytest.mark.django_db


def _constraints() -> list[Any]:
    return [
        pytest.param(model, constraint, id=constraint.name)
        for model in apps.get_app_config("archive").get_models()
        for constraint in model._meta.constraints
    ]


@pytest.mark.parametrize(("model", "constraint"), _constraints())
def test_a_rule_says_what_is_wrong_and_what_is_expected(model: Any, constraint: Any) -> None:
    message = str(constraint.get_violation_error_message())
    assert re.fullmatch(r"[A-Za-z_]+[ :].*[:,] expected .+\.", message), message
    assert constraint.name not in message
    assert "_" not in message.replace("in_force", "")


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("topic", {"parent": "topic"}, "A topic is not above itself: expected another topic as its parent, or none."),
    ("statement", {"speaker": None}, "A named statement has a speaker: got none, expected an official, or another "
                                     "attribution."),
    ("statement", {"attribution": "reported", "speaker": None, "body": None},
     "The statement is nobody's: got neither, expected a speaker or a body."),
    ("statement", {"form": "verbatim"}, "Verbatim text without words: expected the words, or another form."),
    ("appointment", {"start": "2021"}, "The appointment ends before it starts: expected an end on or after the start."),
    ("speech_act", {"ordinal": 0}, "Speech acts are counted from 1: expected an ordinal of 1 or more."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "changes", "message"), REFUSED)
def test_violating_a_check_gives_its_message(world: World, kind: str, changes: dict[str, Any], message: str) -> None:
    record = getattr(world, kind)
    for name, value in changes.items():
        setattr(record, name, world.topic if value == "topic" else value)
    with pytest.raises(ValidationError) as refused:
        record.validate_constraints()
    record.refresh_from_db()
    assert message in refused.value.messages


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("relation", "The two events are linked so already: expected each kind of link once."),
        ("measure_step", "The event is this step already: expected each phase once per event."),
        ("measure_good", "The measure covers a good of this name already: expected each name once."),
        ("outcome", "The speech act has an outcome at this date already: expected one per date."),
        ("entry", "The dossier has another entry at this position: expected each position once."),
        ("identifier", "A record has this identifier already: expected each value once per scheme."),
        ("speech_act", "Another speech act has this number: expected each ordinal once."),
    ],
)
def test_violating_a_unique_constraint_gives_its_message(world: World, kind: str, message: str) -> None:
    with pytest.raises(ValidationError) as refused:
        copy(getattr(world, kind)).validate_constraints()
    assert message in refused.value.messages


def test_what_is_expected_is_read_from_the_sentence() -> None:
    assert expected_in("It is so: got this, expected that.") == "that"
    assert expected_in("Enter a number.") == "Enter a number"


def test_a_constraint_without_a_message_is_detected() -> None:
    """The pattern above is not met by Django's own sentence."""
    plain = models.CheckConstraint(condition=models.Q(pk=1), name="some_rule")
    assert "expected" not in str(plain.get_violation_error_message())
