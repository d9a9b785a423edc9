"""A made-up archive is sound: the measurements taken on it mean something."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from django.apps import apps
from django.db import connection

from archive.models import Body, Event, Name, Official, SpeechAct, Statement
from archive.models.base import Tracked
from bench.fill import fill
from bench.world.archive import chunks
from bench.world.tables import Tables
from bench.world.timeline import Timeline

EVENTS = 20
RECORDS = [model for model in apps.get_app_config("archive").get_models() if issubclass(model, Tracked)]


def _checksum(seed: int) -> str:
    states = Body.objects.exclude(iso3166=None).values_list("iso3166", "pk", "slug", "name")
    seeded = {code: (key, slug, name) for code, key, slug, name in states}
    message = sha256()
    for chunk in chunks(EVENTS, seed, Tables(1_000), seeded):
        for table, rows in chunk:
            message.update(repr((table.name, rows)).encode())
    return message.hexdigest()


@pytest.fixture
def filled(db: None) -> int:
    return fill(EVENTS, seed=1)


def test_there_are_rows_of_every_table(filled: int) -> None:
    empty = [table.name for table in Tables(0).all() if not table.model._default_manager.exists()]
    assert empty == []


def test_an_event_has_five_statements_and_a_statement_one_to_three_speech_acts(filled: int) -> None:
    assert Event.objects.count() == 20
    assert Statement.objects.count() == 100
    assert 100 <= SpeechAct.objects.count() <= 300
    assert Official.objects.count() == 4


def test_the_database_finds_no_row_that_refers_to_nothing(filled: int) -> None:
    connection.check_constraints()


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_rows_are_what_forms_would_accept(model: Any, filled: int) -> None:
    for record in model.objects.order_by("-pk")[:15]:
        record.full_clean()


def test_columns_that_follow_from_others_are_as_a_save_would_make_them(filled: int) -> None:
    for model in (Event, Statement, Official, Name):
        for record in model.objects.all()[:20]:
            stored = dict(model.objects.filter(pk=record.pk).values()[0])
            record.save()
            saved = dict(model.objects.filter(pk=record.pk).values()[0])
            for name in ("version", "updated_at"):
                del stored[name], saved[name]
            assert saved == stored


def test_the_next_record_saved_gets_a_free_id(filled: int) -> None:
    event = Event.objects.create(slug="next", name="Next", classification="meeting", date="2019-07-12")
    assert event.pk == 21


def test_the_same_seed_gives_the_same_rows(db: None) -> None:
    assert _checksum(seed=1) == _checksum(seed=1)
    assert _checksum(seed=1) != _checksum(seed=2)


def test_a_database_with_events_in_it_is_refused(filled: int) -> None:
    with pytest.raises(SystemExit, match="expected a fresh one"):
        fill(EVENTS, seed=1)


@pytest.mark.parametrize("events", [1, 2, 21, 1_000])
def test_each_event_has_a_place_of_its_own_in_time(events: int) -> None:
    timeline = Timeline(events, seed=1)
    places = [timeline.place(event) for event in range(1, events + 1)]
    assert sorted(places) == list(range(events))
    assert [timeline.event_at(place) for place in places] == list(range(1, events + 1))
