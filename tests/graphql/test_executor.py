"""What is kept is asked without parsing, validating, planning or building; it is bounded, and each asker's own."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.query import Query
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.graphql import executor, limits
from archive.lru import LRUCache
from archive.models import Event
from tests.support.graphql_client import data

pytestmark = pytest.mark.django_db
QUERY = """query ($country: [String!], $day: EDTF, $after: String, $slug: String!, $more: Boolean!) {
  events(first: 2, country: $country, dateAfter: $day, after: $after) {
    totalCount edges { cursor node { slug date { text } topics @include(if: $more) { name } } }
  }
  official(slug: $slug) { name appointments(first: 3) { nodes { office { name } } } }
}"""


def asked(**given: Any) -> Any:
    return data(QUERY, **{"country": ["KR"], "day": "2019-07", "slug": "kim-you-geun", "more": True, **given})


def test_a_warm_request_parses_validates_and_builds_nothing(dossier: None) -> None:
    first = asked()
    second = asked(after=first["events"]["edges"][1]["cursor"])
    nothing = {"side_effect": AssertionError("a warm request does this")}
    with (
        mock.patch.object(executor, "parse", **nothing), mock.patch.object(executor, "validate", **nothing),
        mock.patch.object(limits, "check", **nothing), mock.patch.object(executor, "Planner", **nothing),
        mock.patch.object(executor, "Compiler", **nothing), mock.patch.object(SQLCompiler, "as_sql", **nothing),
        mock.patch.object(Query, "build_filter", **nothing), CaptureQueriesContext(connection) as ran,
    ):  # fmt: skip
        assert asked() == first
        assert asked(after=first["events"]["edges"][1]["cursor"]) == second
        other = asked(country=["JP"], day="2019-08-02", slug="moon-jae-in")
    assert other["official"]["name"] == "Moon Jae-in"
    assert other["events"] != first["events"]
    assert len(ran.captured_queries) == 3


def test_what_decides_the_shape_is_compiled_anew_and_then_kept(dossier: None) -> None:
    with mock.patch.object(executor, "Compiler", wraps=executor.Compiler) as compiled:
        for given in ({}, {"more": False}, {"country": ["KR", "JP"]}, {"day": None}):
            asked(**given)
            times = compiled.call_count
            asked(**given)
            assert compiled.call_count == times


def test_who_sees_drafts_has_statements_of_their_own(dossier: None, editor: Any) -> None:
    slug = "2019-07-04-japan-export-curbs-take-effect"
    Event.objects.filter(slug=slug).update(status="draft")
    query = 'query Kept { events(first: 100, date: "2019-07-04") { nodes { slug } } }'
    client = Client()
    client.force_login(editor)
    for _ in range(2):
        assert {"slug": slug} not in data(query)["events"]["nodes"]
        assert {"slug": slug} in data(query, client)["events"]["nodes"]


def test_what_is_kept_is_bounded(dossier: None, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared, branches, statements = LRUCache[Any](300), LRUCache[Any](5), LRUCache[Any](10_000)
    monkeypatch.setattr(executor, "_OPERATIONS", prepared)
    monkeypatch.setattr(executor, "_PLANS", branches)
    monkeypatch.setattr(executor, "_COMPILED", statements)
    for number in range(30):
        assert data(f"{{ a{number}: bodies(first: {number}) {{ nodes {{ slug }} }} }}")
    assert 0 < prepared.weight <= 300
    assert 0 < branches.weight <= 5
    assert 0 < statements.weight <= 10_000


def test_a_store_lets_go_what_was_used_least_recently() -> None:
    kept: LRUCache[str] = LRUCache(3)
    for key in "abc":
        kept.set(key, key)
    kept.get("a")
    kept.set("d", "d")
    assert [kept.get(key) for key in "abcd"] == ["a", None, "c", "d"]
    kept.set("heavy", "x", 4)
    assert kept.get("heavy") is None
    kept.set("a", "again", 3)
    assert (len(kept), kept.weight, kept.get("a")) == (1, 3, "again")
