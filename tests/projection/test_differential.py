"""The one statement and the usual execution of the same schema give the same answer."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import parse, validate
from hypothesis import HealthCheck, given, settings

from archive.graphql import execution, limits
from archive.graphql.answers import Prepared
from archive.models import Event, Statement
from tests.projection.documents import SCHEMA, documents

pytestmark = pytest.mark.django_db


def usual(document: str, user: Any, variables: dict[str, Any] | None = None) -> dict[str, Any]:
    """What graphql-core answers, over prefetched records."""
    request = SimpleNamespace(user=user)
    prepared = Prepared(SCHEMA, parse(document), None)
    return json.loads(execution.usual(request, prepared, variables or {}, None).body)


def by_statement(document: str, user: Any, variables: dict[str, Any] | None = None) -> bytes | None:
    parsed = parse(document)
    assert not validate(SCHEMA, parsed), document
    return Prepared(SCHEMA, parsed, None).answer(variables or {}, user)


@pytest.fixture
def some_drafts(dossier: None) -> None:
    """Records that the public does not see, among what is asked for."""
    Event.objects.filter(slug__startswith="2019-07").update(status="draft")
    Statement.objects.filter(slug__contains="kim").exclude(slug__contains="probe").update(status="withdrawn")


def agree(document: str, user: Any) -> None:
    if limits.check(parse(document), {}):
        return
    with CaptureQueriesContext(connection) as ran:
        made = by_statement(document, user)
    expected = usual(document, user)
    if "errors" in expected:
        assert made is None, f"one statement answered where the usual execution refused: {document}"
        return
    assert made is not None, f"one statement did not answer: {document}"
    assert json.loads(made) == expected["data"], document
    assert len(ran.captured_queries) <= 1 or user.is_authenticated, [one["sql"] for one in ran.captured_queries]


CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=250, deadline=None, suppress_health_check=CHECKS)
@given(document=documents())
def test_the_public_gets_the_same_answer_both_ways(some_drafts: None, document: str) -> None:
    agree(document, AnonymousUser())


@settings(max_examples=50, deadline=None, suppress_health_check=CHECKS)
@given(document=documents())
def test_an_editor_gets_the_same_answer_both_ways(some_drafts: None, editor: Any, document: str) -> None:
    agree(document, editor)
