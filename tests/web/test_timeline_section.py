"""The drawn timeline of a page alone, which the script fetches when the period changes."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.web.test_list_timelines import MOVE, drawn

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

#: Pages with a timeline -> the statements that it takes alone.
PAGES = {
    "/": 2, "/?country=JP": 2, "/?q=gsomia&date=2019": 2, "/?lanes=none&from=2019": 2, "/timeline/?topic=gsomia": 2,
    "/search/?kind=statements&topic=gsomia": 2, "/search/?kind=events&q=japan&date=2019": 2,
    "/dossiers/japan-south-korea-export-controls/": 3, "/topics/gsomia/": 3, "/bodies/japan/": 3,
    "/timeline/embed/?dossier=japan-south-korea-export-controls": 2, "/ko/?country=JP": 2,
}  # fmt: skip


def alone(address: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}section=timeline"


@pytest.mark.parametrize("address", PAGES)
def test_it_is_that_of_the_page_and_nothing_else(client: Client, address: str) -> None:
    if "embed" not in address:
        address = unescape(re.search(MOVE.format("in"), drawn(client, address))[1]).partition("#")[0]  # type: ignore[index]
    section = drawn(client, alone(address))
    assert section == drawn(client, address)
    content = client.get(alone(address)).content
    others = re.sub(r'<footer class="for-reuse".*</footer>', "", content.decode(), flags=re.DOTALL)
    assert others.strip() == f'<section class="drawn"{section}</section>'
    assert "section=timeline" not in section
    assert content.count(b'id="timeline-reuse"') == ("/timeline/?" in address)


@pytest.mark.parametrize(("address", "limit"), PAGES.items())
def test_it_takes_the_statements_of_its_drawing(client: Client, address: str, limit: int) -> None:
    client.get(alone(address))
    with CaptureQueriesContext(connection) as queries:
        client.get(alone(address))
    assert len(queries) <= limit


@pytest.mark.parametrize("address", ["/", "/?country=JP", "/search/?kind=events&q=japan", "/search/?kind=statements"])
def test_the_list_is_not_fetched_with_it(client: Client, address: str) -> None:
    whole, section = (client.get(path).content for path in (address, alone(address)))
    assert b'id="found"' in whole
    assert b'id="found"' not in section
    assert len(section) < 0.7 * len(whole)


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/?country=nowhere", 400), ("/?country=JP&from=tomorrow", 400), ("/?date=soon", 400),
        ("/?colour=red", 400), ("/timeline/?lanes=side", 400), ("/search/?kind=statements&date=soon", 400),
        ("/?date_after=2020&date_before=2019&country=JP", 404), ("/offices/nothing/", 404),
        ("/sources/hancom-2019-07-04/", 404),
    ],
)  # fmt: skip
def test_an_error_is_no_section(client: Client, address: str, status: int) -> None:
    response = client.get(alone(address))
    assert response.status_code == status
    assert b'<section class="drawn"' not in response.content


@pytest.mark.parametrize("query", ["section=list", "section=timeline&section=timeline"])
def test_other_values_are_an_unknown_parameter(client: Client, query: str) -> None:
    response = client.get(f"/?country=JP&{query}")
    assert response.status_code == 400
    assert b"section: got" in response.content


def test_the_number_of_one_record_is_singular(client: Client) -> None:
    page = client.get("/timeline/?q=Camp").content.decode()
    assert "1 event or statement<" in page
    assert "1 event and statements" not in page
