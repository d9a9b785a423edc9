"""Responses are byte for byte the same with and without unpublished records.

Every route is requested with neighbours in each status that is not *published*, tied to published
records in every way that the models have, and again without them: status, headers and bytes are the same. When the
neighbours are published, the answers do change: the comparison would see a difference if there were one.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from archive.choices import Status
from archive.models import Event
from archive.models.base import Tracked
from tests.support import draft_neighbours, filter_cases
from tests.support.draft_neighbours import Neighbours
from tests.support.routes import Route, routes

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("visibility"), pytest.mark.slow]
HIDDEN = [status for status in Status.values if status != Status.PUBLISHED]
Answers = dict[str, tuple[int, dict[str, str], bytes]]


@pytest.fixture(scope="module")
def answers_by_status(module_dossier: None, django_db_blocker: Any) -> tuple[list[Route], dict[str, Answers]]:
    """The routes, and what each answers without neighbours (``none``) and with neighbours of each status."""
    client = Client()
    answers: dict[str, Answers] = {}

    def ask(state: str) -> None:
        """Filters and counts are requested with drafts only: they have the same conditions in every status."""
        is_complete = state not in (Status.REVIEW, Status.WITHDRAWN)
        chosen = [route for route in all_routes if is_complete or not (route.of_filter or route.is_counted)]
        answers[state] = {route.name: route.ask(client) for route in chosen}

    with django_db_blocker.unblock():
        with transaction.atomic():
            there = Neighbours(Status.DRAFT)
            all_routes = routes({kind: record.slug for kind, record in there.records.items()})
            for status in (*HIDDEN, Status.PUBLISHED):
                there.become(status)
                ask(str(status))
            transaction.set_rollback(True)
        assert not Event.objects.filter(slug=draft_neighbours.SLUGS["events"]).exists()
        ask("none")
    return all_routes, answers


@pytest.mark.parametrize("status", HIDDEN)
def test_no_response_reveals_an_unpublished_neighbour(answers_by_status: Any, status: str) -> None:
    _, answers = answers_by_status
    results = {name: (answer, answers["none"][name]) for name, answer in answers[status].items()}
    assert not {name: pair for name, pair in results.items() if pair[0] != pair[1]}


def test_responses_change_when_the_neighbours_are_published(answers_by_status: Any) -> None:
    all_routes, answers = answers_by_status
    same = {route.name for route in all_routes if answers["published"][route.name] == answers["none"][route.name]}
    assert not same - {route.name for route in all_routes if route.stays}


#: What shows something of other records: in REST topics and sources, on the pages appointments and sources don't.
TIED = [
    f"REST {kind}/{slug}, all parts"
    for kind, slug in draft_neighbours.NEAR.items()
    if kind not in ("topics", "sources")
]
TIED += [
    f"web {kind}/{slug}"
    for kind, slug in draft_neighbours.NEAR.items()
    if kind not in ("speech-acts", "appointments", "sources")
]


@pytest.mark.parametrize("name", TIED)
def test_published_neighbours_appear_in_related_records(answers_by_status: Any, name: str) -> None:
    _, answers = answers_by_status
    assert answers["published"][name] != answers["none"][name]


def test_every_filter_by_slug_finds_a_published_neighbour(answers_by_status: Any) -> None:
    all_routes, answers = answers_by_status
    changed: dict[str, bool] = {}
    for route in all_routes:
        if route.of_filter and route.of_filter[1] in filter_cases.SLUGS:
            differs = answers["published"][route.name] != answers["none"][route.name]
            changed[" ".join(route.of_filter)] = changed.get(" ".join(route.of_filter), False) or differs
    assert [name for name, differs in changed.items() if not differs] == []


def test_no_route_fails(answers_by_status: Any) -> None:
    _, answers = answers_by_status
    statuses = {name: answer[0] for answers in answers.values() for name, answer in answers.items()}
    assert not {name: status for name, status in statuses.items() if status >= 500}
    assert all(status == 200 for name, status in statuses.items() if name.startswith("GraphQL"))


def test_every_model_has_a_neighbour(module_dossier: None) -> None:
    """A new kind of record must be looked at here too."""
    with transaction.atomic():
        before = {model: model.objects.count() for model in _models()}
        Neighbours(Status.DRAFT)
        assert not [model.__name__ for model in _models() if model.objects.count() == before[model]]
        transaction.set_rollback(True)


def _models() -> list[Any]:
    from django.apps import apps

    return [model for model in apps.get_app_config("archive").get_models() if issubclass(model, Tracked)]
