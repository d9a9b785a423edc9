"""Dates a day apart at two places may be one moment, unless both records have the same place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from archive import models as m
from tests.checks.test_rules import broken
from tests.support import check_records as r

pytestmark = pytest.mark.django_db


def _reply(date: str) -> Any:
    r.make_statement(date, "answer").in_reply_to.add(r.make_statement("2022-07-12", "question"))


def _outcome(date: str) -> Any:
    m.Outcome.objects.create(speech_act=r.act("2022-07-12"), date=date, kind="fulfilled")


def _events(kind: str, first: str, second: str, *places: str) -> Any:
    record, two = (r.event(date, slug, place=place) for date, slug, place in
                zip((first, second), ("one", "two"), places or ("", ""), strict=True))  # fmt: skip
    m.Relation.objects.create(from_event=record, kind=kind, to_event=two)


def _part(date: str, *places: str) -> Any:
    full = r.event("2022-07-12", "whole", place=places[0] if places else "")
    r.event(date, part_of=full, place=places[1] if places else "")


SOUND: list[Callable[[], Any]] = [
    lambda: _reply("2022-07-11"),
    lambda: _outcome("2022-07-11"),
    lambda: r.make_statement("2022-07-11", occasion=r.event("2022-07-12")),
    lambda: r.make_statement("2022-07-13", occasion=r.event("2022-07-12")),
    lambda: _events("responds_to", "2022-07-11", "2022-07-12"),
    lambda: _events("responds_to", "2022-07-11", "2022-07-12", "Washington", "Seoul"),
    lambda: _events("responds_to", "2022-07-11", "2022-07-12", "Seoul", ""),
    lambda: _events("announces", "2022-07-12", "2022-07-11", "Tokyo", "Geneva"),
    lambda: _events("part_of", "2022-07-13", "2022-07-12"),
    lambda: _part("2022-07-11"),
    lambda: _part("2022-07-13", "Seoul", "Geneva"),
]
CONTRADICTIONS: list[tuple[str, Callable[[], Any]]] = [
    ("reply-before-statement", lambda: _reply("2022-07-10")),
    ("outcome-before-speech-act", lambda: _outcome("2022-07-10")),
    ("statement-outside-occasion", lambda: r.make_statement("2022-07-10", occasion=r.event("2022-07-12"))),
    ("response-before-cause", lambda: _events("responds_to", "2022-07-10", "2022-07-12", "Washington", "Seoul")),
    ("response-before-cause", lambda: _events("responds_to", "2022-07-11", "2022-07-12", "Seoul", " seoul")),
    ("announced-after-effect", lambda: _events("announces", "2022-07-12", "2022-07-11", "Tokyo", "Tokyo")),
    ("link-outside-whole", lambda: _events("part_of", "2022-07-11", "2022-07-12", "Tokyo", "Tokyo")),
    ("part-outside-whole", lambda: _part("2022-07-13", "Seoul", "Seoul")),
    ("part-outside-whole", lambda: _part("2022-07-14", "Seoul", "Geneva")),
]


@pytest.mark.parametrize("make", SOUND)
def test_a_day_apart_is_no_contradiction(make: Callable[[], Any]) -> None:
    make()
    assert broken() == []


@pytest.mark.parametrize(("rule", "make"), CONTRADICTIONS)
def test_two_days_apart_or_at_one_place_is_a_contradiction(rule: str, make: Callable[[], Any]) -> None:
    make()
    assert [result for result, _ in broken()] == [rule]
