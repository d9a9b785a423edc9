"""How many SQL statements each kind of page costs that no cache answers."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.registry import page_names
from archive.search.ranking import kind_names
from tests.web.test_page_weight import other_pages, record_pages

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

#: First part of the address, or an address with its query -> the statements that its dearest page takes at most.
STATEMENTS = {
    "": 3, "timeline": 3, "speech-acts": 3, "search": 1, "about": 1, "/?country=JP": 3, "/search/?q=japan": 1,
    "/search/?country=JP": 1, "/search/?kind=events": 3, "/search/?kind=statements": 3,
    "/search/?kind=events&q=japan": 3, "/search/?kind=statements&q=japan": 3, "/speech-acts/?day=2019-08-01": 3,
    "events": 2, "measures": 1, "statements": 2, "officials": 1, "bodies": 3, "offices": 1, "appointments": 1,
    "topics": 3, "sources": 1, "dossiers": 3,
}  # fmt: skip


def test_no_kind_of_page_takes_more_statements_than_its_limit(client: Client) -> None:
    taken: dict[str, int] = {}
    for path in [*other_pages(), *record_pages()]:
        with CaptureQueriesContext(connection) as statements:
            response = client.get(path)
        if response.status_code == 200 and response["Content-Type"].startswith("text/html"):
            kind = path if "?" in path else path.split("/")[1]
            taken[kind] = max(taken.get(kind, 0), len(statements))
    assert taken.keys() == STATEMENTS.keys()
    assert {kind: count for kind, count in taken.items() if count > STATEMENTS[kind]} == {}


def test_the_index_of_sitemaps_takes_one_statement(client: Client) -> None:
    with CaptureQueriesContext(connection) as statements:
        response = client.get("/sitemap.xml")
    assert response.content.count(b"<sitemap>") == len(page_names())
    assert len(statements) == 1


@pytest.mark.parametrize("kind", list(kind_names()))
def test_a_list_of_the_search_takes_at_most_three_statements(client: Client, kind: str) -> None:
    with CaptureQueriesContext(connection) as statements:
        client.get("/search/", {"kind": kind})
    assert len(statements) <= (3 if kind in ("events", "statements") else 1)


@pytest.mark.parametrize(("query", "suggestion"), [
    ({"q": "gsomai"}, "gsomia"),
    ({"q": "gsomai", "kind": "events"}, "gsomia"),
    ({"q": "GSOMAI kisingre xyzzyq plugh foobarbaz quux"}, None),
    ({"q": "gsomai", "country": "JP", "date": "1801"}, None),
])  # fmt: skip
def test_a_search_without_results_takes_at_most_three_statements(
    client: Client, query: dict[str, str], suggestion: str | None
) -> None:
    with CaptureQueriesContext(connection) as statements:
        response = client.get("/search/", query)
    assert (response.status_code, response.context.get("results"), response.context.get("suggestion")) == (
        200,
        [],
        suggestion,
    )
    assert len(statements) <= 3, [e["sql"][:200] for e in statements]
