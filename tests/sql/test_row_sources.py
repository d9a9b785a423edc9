"""The SQL that one document compiled serves the next one, and never a user who sees other records."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.filters import prepared_query
from archive.lru import LRUCache, clear_caches
from archive.sql import pages, row_sources
from tests.support.graphql_client import data

pytestmark = pytest.mark.django_db

EVENT = "2019-07-04-japan-export-curbs-take-effect"
DOCUMENT = """{{ {key}: event(slug: "{slug}") {{ slug topics {{ slug }} partOf {{ slug }} relations {{ kind }}
  statements(first: 2) {{ nodes {{ slug speaker {{ name }} }} }} }}
  events(first: 3, target: "KR") {{ nodes {{ slug }} pageInfo {{ hasNextPage }} }} }}"""


@pytest.fixture
def empty_caches() -> None:
    clear_caches()


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the functions that run because a cache has no entry."""
    calls: list[str] = []

    def record_calls(owner: Any, name: str) -> None:
        function = getattr(owner, name)

        def recorded(*args: Any) -> Any:
            calls.append(name)
            return function(*args)

        monkeypatch.setattr(owner, name, recorded)

    record_calls(row_sources, "visible_related")
    record_calls(prepared_query, "_build")
    record_calls(pages._PageCompiler, "first_rows")
    return calls


def query(key: str, client: Client | None = None) -> Any:
    result = data(DOCUMENT.format(key=key, slug=EVENT), client)
    return {"a": result.pop(key), **result}


def test_another_document_compiles_only_new_parts(dossier: None, empty_caches: None, computed: list[str]) -> None:
    first = query("first")
    assert {*computed} == {"visible_related", "_build", "first_rows"}
    assert first["a"]["topics"]
    assert first["events"]["nodes"]
    computed.clear()
    assert query("second") == first
    assert computed == []


def test_pages_of_two_relations_are_cached_separately(dossier: None, empty_caches: None) -> None:
    def slugs(relation: str) -> Any:
        document = f'{{ event(slug: "{EVENT}") {{ {relation}(first: 9) {{ totalCount nodes {{ slug }} }} }} }}'
        return data(document)["event"][relation]

    own, about = slugs("statements"), slugs("statementsAbout")
    assert about["nodes"]
    assert own != about
    assert (own["totalCount"], about["totalCount"]) == (len(own["nodes"]), len(about["nodes"]))
    assert (slugs("statements"), slugs("statementsAbout")) == (own, about)


def test_users_who_see_drafts_have_sql_of_their_own(
    dossier: None, empty_caches: None, computed: list[str], editor: Any
) -> None:
    from archive.models import Topic

    editing = Client()
    editing.force_login(editor)
    before = query("public")
    Topic.objects.update(status="draft")
    assert query("afterwards")["a"]["topics"] == []
    computed.clear()
    assert query("editor", editing)["a"]["topics"] == before["a"]["topics"]
    assert "visible_related" in computed
    assert query("again")["a"]["topics"] == []


def test_pages_of_other_sizes_and_orders_are_cached_separately(dossier: None, empty_caches: None) -> None:
    def slugs(arguments: str) -> list[str]:
        result = data(f"{{ events({arguments}) {{ nodes {{ slug }} }} }}")
        return [node["slug"] for node in result["events"]["nodes"]]

    three, four, last = slugs("first: 3"), slugs("first: 4"), slugs("last: 3")
    assert len(four) == 4
    assert three == four[:3] != last
    assert slugs("first: 3, orderBy: DATE_DESC") == last[::-1]
    after = data("{ events(first: 1) { pageInfo { endCursor } } }")["events"]["pageInfo"]["endCursor"]
    assert slugs(f'first: 3, after: "{after}"') == four[1:]


def test_the_cache_is_bounded(dossier: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_sources, "_SQL_CACHE", LRUCache(2_000))
    for number in range(1, 7):
        fields = " ".join(["slug", "name", "place", "summary", "createdAt", "updatedAt"][:number])
        assert data(f'{{ event(slug: "{EVENT}") {{ relations {{ toEvent {{ {fields} }} }} topics {{ slug }} }} }}')
    assert 0 < row_sources._SQL_CACHE.weight <= 2_000
