"""Appointments and capacities after a death, or after the end of the office's body, are contradictions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.checks.test_rules import broken
from tests.support import check_records as r

pytestmark = pytest.mark.django_db


def _in_body(start: str | None, end: str | None, **values: Any) -> Any:
    """An appointment in a body that existed from 1949 to 2 October 1990."""
    return r.appointment(start, end, office=r.office(body=r.body("gdr", existed="1949/1990-10-02")), **values)


def _until_death(died: str) -> Any:
    return r.appointment("2010", None, official=r.official(died=died))


def _spoken_as(date: str, appointment: Any) -> None:
    """A statement in an appointment, besides which its speaker has another in a body that goes on."""
    r.appointment(None, None, office=r.office("envoy"), slug="always", mode="acting")
    r.statement(date, attribution="reported").capacities.add(appointment)


CONTRADICTIONS: list[tuple[str, str, Callable[[], Any]]] = [
    ("appointment-outside-body", "kim-minister", lambda: _in_body("1985", "1995")),
    ("appointment-outside-body", "kim-minister", lambda: _in_body(None, "1948-12-31")),
    ("appointment-outside-body", "kim-minister", lambda: _in_body("1995", "1996")),
    ("appointment-outside-body", "kim-minister", lambda: _in_body("1985", None, end_state="ongoing")),
    ("speaker-without-office", "words", lambda: (_in_body("1985", None), r.statement("1991"))),
    ("capacity-not-in-force", "words", lambda: _spoken_as("1990-10-03", _in_body("1985", None))),
    ("capacity-not-in-force", "words", lambda: _spoken_as("2019-07-12", _until_death("2019-07-11"))),
    ("capacity-not-in-force", "words", lambda: _spoken_as("2019-07-12", _until_death("2018-12"))),
]
SOUND: list[Callable[[], Any]] = [
    lambda: _in_body("1985", "1990"),
    lambda: _in_body("1985", "1990-10-02"),
    lambda: (_in_body("1985", None), r.statement("1990-10-02")),
    lambda: _spoken_as("2019-07-12", _until_death("2019-07-12")),
    lambda: _spoken_as("2019-07-12", _until_death("2019-07")),
    lambda: _spoken_as("2019-07-12", _until_death("2018?")),
    lambda: r.appointment(None, None, office=r.office(body=r.body("gdr", existed="1949/")), end_state="ongoing"),
    lambda: r.appointment("1985", "1995", office=r.office(body=r.body("gdr", existed="1949/1990~"))),
]


@pytest.mark.parametrize(("rule", "record", "make"), CONTRADICTIONS)
def test_appointments_beyond_a_life_or_a_body_are_found(rule: str, record: str, make: Callable[[], Any]) -> None:
    make()
    assert broken() == [(rule, record)]


@pytest.mark.parametrize("make", SOUND)
def test_appointments_that_may_have_ended_in_time_are_no_contradiction(make: Callable[[], Any]) -> None:
    make()
    assert broken() == []


def test_an_official_who_died_in_office_and_the_successor_do_not_overlap() -> None:
    r.appointment("2010", None, end_state="ongoing", official=r.official("dead", died="2015-03-01"))
    r.appointment("2015-03-01", "2019")
    assert [rule for rule, _ in broken()] == ["appointed-outside-life"]
