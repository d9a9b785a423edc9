"""Caches of operations, plans and compiled queries: reuse, bounds, and separation of editors from the public."""

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


def query_data(**variables: Any) -> Any:
    return data(QUERY, **{"country": ["KR"], "day": "2019-07", "slug": "kim-you-geun", "more": True, **variables})


def test_repeated_operation_is_not_parsed_validated_planned_or_compiled(dossier: None) -> None:
    first = query_data()
    second = query_data(after=first["events"]["edges"][1]["cursor"])
    not_called = {"side_effect": AssertionError("called for a repeated operation")}
    with (
        mock.patch.object(executor, "parse", **not_called), mock.patch.object(executor, "validate", **not_called),
        mock.patch.object(limits, "check", **not_called), mock.patch.object(executor, "Planner", **not_called),
        mock.patch.object(executor, "Compiler", **not_called), mock.patch.object(SQLCompiler, "as_sql", **not_called),
        mock.patch.object(Query, "build_filter", **not_called), CaptureQueriesContext(connection) as queries,
    ):  # fmt: skip
        assert query_data() == first
        assert query_data(after=first["events"]["edges"][1]["cursor"]) == second
        other = query_data(country=["JP"], day="2019-08-02", slug="moon-jae-in")
    assert other["official"]["name"] == "Moon Jae-in"
    assert other["events"] != first["events"]
    assert len(queries.captured_queries) == 3


def test_each_shape_of_arguments_is_compiled_once(dossier: None) -> None:
    with mock.patch.object(executor, "Compiler", wraps=executor.Compiler) as compiled:
        for variables in ({}, {"more": False}, {"country": ["KR", "JP"]}, {"day": None}):
            query_data(**variables)
            calls = compiled.call_count
            query_data(**variables)
            assert compiled.call_count == calls


def test_queries_of_editors_are_cached_separately(dossier: None, editor: Any) -> None:
    slug = "2019-07-04-japan-export-curbs-take-effect"
    Event.objects.filter(slug=slug).update(status="draft")
    query = 'query Cached { events(first: 100, date: "2019-07-04") { nodes { slug } } }'
    client = Client()
    client.force_login(editor)
    for _ in range(2):
        assert {"slug": slug} not in data(query)["events"]["nodes"]
        assert {"slug": slug} in data(query, client)["events"]["nodes"]


def test_caches_are_bounded(dossier: None, monkeypatch: pytest.MonkeyPatch) -> None:
    operations, plans, compiled = LRUCache[Any](300), LRUCache[Any](5), LRUCache[Any](10_000)
    monkeypatch.setattr(executor, "_OPERATIONS", operations)
    monkeypatch.setattr(executor, "_PLANS", plans)
    monkeypatch.setattr(executor, "_COMPILED", compiled)
    for number in range(30):
        assert data(f"{{ a{number}: bodies(first: {number}) {{ nodes {{ slug }} }} }}")
    assert 0 < operations.weight <= 300
    assert 0 < plans.weight <= 5
    assert 0 < compiled.weight <= 10_000


def test_lru_cache_evicts_the_least_recently_used() -> None:
    cache: LRUCache[str] = LRUCache(3)
    for key in "abc":
        cache.set(key, key)
    cache.get("a")
    cache.set("d", "d")
    assert [cache.get(key) for key in "abcd"] == ["a", None, "c", "d"]
    cache.set("heavy", "x", 4)
    assert cache.get("heavy") is None
    cache.set("a", "again", 3)
    assert (len(cache), cache.weight, cache.get("a")) == (1, 3, "again")
