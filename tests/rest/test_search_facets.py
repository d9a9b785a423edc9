"""Facets of the search: the same numbers as those of the lists, own filters left out, and limits."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.models import Statement

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("search_facets")]


def get(path: str, params: dict[str, Any]) -> Any:
    return Client().get(f"/api/v1/{path}/", {"limit": 1, **params})


@pytest.mark.parametrize("filters", [{}, {"date": "2019"}, {"topic": "export-controls"}])
def test_facets_of_a_search_are_those_of_the_lists(module_dossier: None, filters: dict[str, str]) -> None:
    params = {"q": "export", "kind": ["events", "statements"], "facets": "topic,year", **filters}
    facets = get("search", params).json()["facets"]
    assert list(facets) == ["topic", "year"]
    for kind in ("events", "statements"):
        listed = get(kind, {"q": "export", "facets": "topic,year", **filters}).json()["facets"]
        assert {name: tables[kind] for name, tables in facets.items()} == listed
        assert facets["topic"][kind]["counts"]


def test_a_facet_leaves_its_own_filter_out(module_dossier: None) -> None:
    params = {"q": "export", "kind": "statements", "attribution": "named", "facets": "attribution,form"}
    facets = get("search", params).json()["facets"]
    assert len(facets["attribution"]["statements"]["counts"]) > 1
    assert facets["form"]["statements"]["total"] < facets["attribution"]["statements"]["total"]


def test_a_search_of_all_kinds_has_the_collections_with_the_dimension(module_dossier: None) -> None:
    facets = get("search", {"q": "export", "facets": "topic"}).json()["facets"]
    assert {"events", "measures", "statements"} <= set(facets["topic"])
    assert "officials" not in facets["topic"]


@pytest.mark.parametrize(("params", "expected"), [
    ({"facets": "topik"}, "topic"), ({"facets": "topic,topic"}, "once"), ({"facets": "day"}, "one of"),
    ({"facets": ",".join(f"f{n}" for n in range(50))}, "at most 10"),
    ({"facets": "topic", "kind": "offices"}, "one of"),
    ({"facets": "year,decade,topic,country,source,classification,participant"}, "at most 20 tables"),
])  # fmt: skip
def test_bad_facets_are_refused(module_dossier: None, params: dict[str, str], expected: str) -> None:
    response = get("search", {"q": "export", **params})
    assert response.status_code == 400
    assert expected in response.content.decode()


def test_the_longest_search_has_facets_and_lists(module_dossier: None) -> None:
    longest = " ".join(["export"] * 142) + " export"[:7]
    assert len(longest) == 1_000
    params = {"q": longest, "kind": "statements"}
    assert get("search", {**params, "facets": "topic"}).json()["facets"]["topic"]["statements"]["total"] > 0
    assert get("statements", {"q": longest}).json()["results"]
    refused = get("statements", {"q": longest + "s"})
    assert refused.status_code == 400
    assert "at most 1,000 characters" in refused.content.decode()


def test_drafts_are_not_counted(module_dossier: None) -> None:
    params = {"q": "export", "kind": "statements", "facets": "year"}
    assert get("search", params).json()["facets"]["year"]["statements"]["total"] > 0
    Statement.objects.update(status="draft")
    assert get("search", params).json()["facets"]["year"]["statements"]["total"] == 0
