"""Pages of lists that are so large that their records are not counted by topic, country and so on."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.lru import clear_caches
from archive.web import facets, ledger
from tests.web.test_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few_counted(dossier: None, monkeypatch: pytest.MonkeyPatch) -> object:
    """At most three records are counted: the first dossier is large then."""
    monkeypatch.setattr(facets, "MAX_COUNTED", 3)
    clear_caches()
    yield
    clear_caches()


def test_a_large_list_says_that_it_is_not_counted(client: Client) -> None:
    text = text_of(client.get("/"))
    assert "More than 3 events" in text
    assert "More than 3 records are selected, too many to count by" in text
    assert "2019-07-04" in client.get("/").content.decode()


def test_a_filter_that_leaves_few_records_is_counted(client: Client) -> None:
    response = client.get("/?classification=ruling")
    assert 0 < len(response.context["rows"]) <= 3
    assert not response.context["facets"].is_large
    # Without its own filter the classification would count too many; the other facets count what is listed.
    assert "too many to count by classification" in text_of(response)
    assert "facet-topic" in response.content.decode()


def test_the_large_ledger_has_its_acts_and_days_without_a_matrix(client: Client) -> None:
    response = client.get("/speech-acts/")
    text = text_of(response)
    assert response.status_code == 200
    assert "More than 3 speech acts are selected, too many to count by side" in text
    assert response.context["days"].first.year <= 2019
    assert len(response.context["rows"]) > 3


def test_the_large_ledger_has_no_months_of_the_archives_first_years(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "_SOME", 1)
    spans: list[object] = []
    original = ledger._facets_read

    def read(*args: Any) -> Any:
        spans.append(args[1])
        return original(*args)

    monkeypatch.setattr(ledger, "_facets_read", read)
    assert client.get("/speech-acts/").status_code == 200
    assert spans == [None]


def test_the_ledger_counts_what_filters_leave(client: Client) -> None:
    counted = client.get("/speech-acts/?kind=denial")
    assert 0 < len(counted.context["rows"]) <= 3
    assert not counted.context["facets"].is_large


@pytest.mark.parametrize(
    "path", ["/search/?q=japan", "/search/?kind=events", "/search/?kind=statements&date=2019", "/timeline/"]
)
def test_large_searches_and_timelines_answer(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 200
    assert "None" not in text_of(response)
