"""Users without the permission to view drafts get the same responses as the public.

Their SQL is the public's, which ``tests/test_visibility.py`` runs on both databases; this compares what Python adds.
"""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from django.test import Client
from knox.models import AuthToken

from archive.choices import Status
from tests.support.draft_neighbours import MODELS, SLUGS, Neighbours
from tests.support.routes import Route, routes

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.xdist_group("reader"), pytest.mark.slow]
#: Header fields that say who an answer may be kept for, and which pages of other hosts may read it: they depend on
#: whether a request has credentials, and on nothing else.
_KEEPING = {
    "Vary", "Cache-Control", "Expires", "ETag",
    "Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Cross-Origin-Resource-Policy",
}  # fmt: skip
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
Answer = tuple[int, dict[str, str], bytes]


class WithToken(Client):
    """Sends a token with each request."""

    def __init__(self, user: Any) -> None:
        super().__init__(HTTP_AUTHORIZATION=f"Token {AuthToken.objects.create(user)[1]}")


@pytest.fixture(scope="module")
def answers(module_dossier: None, django_db_blocker: Any) -> tuple[list[Route], dict[str, dict[str, Answer]]]:
    """The routes, with drafts near all that is published, and what they answer to each."""
    with django_db_blocker.unblock(), transaction.atomic():
        there = Neighbours(Status.DRAFT)
        all_routes = [
            route
            for route in routes({kind: record.slug for kind, record in there.records.items()})
            if not route.of_filter
        ]
        reader = User.objects.create_user("reader", password="a-test-password", is_staff=True)
        session = Client()
        session.force_login(reader)
        public, token = Client(), WithToken(reader)
        result = {
            "public": {route.name: route.ask(public) for route in all_routes},
            "session": {route.name: route.ask(session) for route in all_routes},
        }
        # Counts are those of the user, and a token's user is that of the session.
        result["token"] = {route.name: route.ask(token) for route in all_routes if not route.is_counted}
        writes = [route for route in all_routes if route.method in WRITES and route.address.startswith("/api/")]
        there.become(Status.WITHDRAWN)
        result["withdrawn"] = {route.name: route.ask(session) for route in writes}
        for record in reversed(there.records.values()):
            type(record).objects.filter(pk=record.pk).update(slug=f"zz-{record.slug}")
        result["gone"] = {route.name: route.ask(session) for route in writes}
        transaction.set_rollback(True)
    return all_routes, result


@pytest.mark.parametrize("way", ["session", "token"])
def test_users_without_permissions_read_what_the_public_reads(answers: Any, way: str) -> None:
    all_routes, result = answers
    reads = [route.name for route in all_routes if route.method not in WRITES or route.address == "/graphql/"]
    reads = [name for name in reads if name in result[way]]
    assert len(reads) > 200
    assert not [name for name in reads if _comparable(result[way][name]) != _comparable(result["public"][name])]


@pytest.mark.parametrize("status", ["withdrawn", "gone"])
def test_refused_writes_do_not_reveal_what_exists(answers: Any, status: str) -> None:
    """The public is asked to log in for a write; who is logged in is refused before the record is looked for."""
    all_routes, result = answers
    writes = [route.name for route in all_routes if route.method in WRITES and route.address.startswith("/api/")]
    assert len(writes) > 30
    assert {result["session"][name][0] for name in writes} == {403}
    assert not [name for name in writes if result["session"][name] != result[status][name]]


def _comparable(answer: Answer) -> Answer:
    status, headers, body = answer
    return status, {name: value for name, value in headers.items() if name not in _KEEPING}, body


def test_users_who_see_drafts_get_other_responses(module_dossier: None, editor: Any) -> None:
    """The comparison above would see a difference if there were one."""
    with transaction.atomic():
        there = Neighbours(Status.DRAFT)
        client = Client()
        client.force_login(editor)
        for kind in MODELS:
            assert client.get(f"/api/v1/{kind}/{SLUGS.get(kind, there.records[kind].slug)}/").status_code == 200, kind
        transaction.set_rollback(True)


def test_users_without_permissions_write_nothing(module_dossier: None, db: None) -> None:
    reader = User.objects.create_user("reader", password="a-test-password", is_staff=True)
    client = WithToken(reader)
    address = "/api/v1/topics/export-controls/"
    for method, path in (("post", "/api/v1/topics/"), ("patch", address), ("put", address), ("delete", address)):
        body = {"slug": "mine", "name": "Mine"}
        answer = getattr(client, method)(path, body, content_type="application/json", headers={"If-Match": "*"})
        assert answer.status_code == 403, method
        assert "contributor or editor" in answer.json()["detail"]
