"""What one document had compiled serves the next one, and never an asker who sees something else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.filters import prepared_query
from archive.lru import LRUCache
from archive.sql import pages, row_sources
from tests.support.graphql_client import data

pytestmark = pytest.mark.django_db

EVENT = "2019-07-04-japan-export-curbs-take-effect"
DOCUMENT = """{{ {key}: event(slug: "{slug}") {{ slug topics {{ slug }} partOf {{ slug }} relations {{ kind }}
  statements(first: 2) {{ nodes {{ slug speaker {{ name }} }} }} }}
  events(first: 3, target: "KR") {{ nodes {{ slug }} pageInfo {{ hasNextPage }} }} }}"""


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_sources, "_SQL_CACHE", LRUCache(1_000_000))
    monkeypatch.setattr(pages, "_SQL_CACHE", LRUCache(1_000_000))
    monkeypatch.setattr(prepared_query, "_CACHE", LRUCache(100))


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is built, by name, as it happens."""
    found: list[str] = []

    def count(where: Any, name: str) -> None:
        whole = getattr(where, name)

        def counted(*given: Any) -> Any:
            found.append(name)
            return whole(*given)

        monkeypatch.setattr(where, name, counted)

    count(row_sources, "visible_related")
    count(prepared_query, "_build")
    count(pages._PageCompiler, "first")
    return found


def ask(key: str, client: Client | None = None) -> Any:
    found = data(DOCUMENT.format(key=key, slug=EVENT), client)
    return {"a": found.pop(key), **found}


def test_another_document_builds_only_what_is_new_in_it(dossier: None, fresh: None, built: list[str]) -> None:
    whole = ask("first")
    assert {*built} == {"visible_related", "_build", "first"}
    assert whole["a"]["topics"]
    assert whole["events"]["nodes"]
    built.clear()
    assert ask("second") == whole
    assert built == []


def test_pages_of_two_relations_are_not_mistaken_for_each_other(dossier: None, fresh: None) -> None:
    def slugs(relation: str) -> Any:
        document = f'{{ event(slug: "{EVENT}") {{ {relation}(first: 9) {{ totalCount nodes {{ slug }} }} }} }}'
        return data(document)["event"][relation]

    made, about = slugs("statements"), slugs("statementsAbout")
    assert about["nodes"]
    assert made != about
    assert (made["totalCount"], about["totalCount"]) == (len(made["nodes"]), len(about["nodes"]))
    assert (slugs("statements"), slugs("statementsAbout")) == (made, about)


def test_who_sees_drafts_has_statements_of_their_own(dossier: None, fresh: None, built: list[str], editor: Any) -> None:
    from archive.models import Topic

    editing = Client()
    editing.force_login(editor)
    before = ask("public")
    Topic.objects.update(status="draft")
    assert ask("afterwards")["a"]["topics"] == []
    built.clear()
    assert ask("editor", editing)["a"]["topics"] == before["a"]["topics"]
    assert "visible_related" in built
    assert ask("again")["a"]["topics"] == []


def test_a_page_of_another_size_or_way_is_not_mistaken(dossier: None, fresh: None) -> None:
    def slugs(arguments: str) -> list[str]:
        found = data(f"{{ events({arguments}) {{ nodes {{ slug }} }} }}")
        return [node["slug"] for node in found["events"]["nodes"]]

    three, four, last = slugs("first: 3"), slugs("first: 4"), slugs("last: 3")
    assert len(four) == 4
    assert three == four[:3] != last
    assert slugs("first: 3, orderBy: DATE_DESC") == last[::-1]
    after = data("{ events(first: 1) { pageInfo { endCursor } } }")["events"]["pageInfo"]["endCursor"]
    assert slugs(f'first: 3, after: "{after}"') == four[1:]


def test_what_is_kept_is_bounded(dossier: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_sources, "_SQL_CACHE", LRUCache(2_000))
    for number in range(1, 7):
        fields = " ".join(["slug", "name", "place", "summary", "createdAt", "updatedAt"][:number])
        assert data(f'{{ event(slug: "{EVENT}") {{ relations {{ toEvent {{ {fields} }} }} topics {{ slug }} }} }}')
    assert 0 < row_sources._SQL_CACHE.weight <= 2_000
