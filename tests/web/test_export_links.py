"""The panel for reusers: every link of it answers, and its queries give what the page shows."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client, override_settings

from archive.bibliography.items import plain_citation, read_item
from archive.bibliography.nodes import item_node
from archive.filters import FILTERSETS
from archive.models import Source, Statement, Topic
from archive.registry import page_names
from archive.rest.renderers.formats import format_names
from archive.sql.reads import read_record
from archive.web.export_links import list_export_links, record_export_links
from archive.web.graphql_query import list_query

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]
DOSSIER = "/dossiers/japan-south-korea-export-controls/"
PROBE = "2019-07-12-kim-you-geun-international-probe"
LISTS = (
    "/", "/?date=2019-07&target=KR&order_by=-date", "/?q=export&certain=1&date=2019-07",
    "/speech-acts/", "/speech-acts/?day=2019-08-01&show=settled&country=KR&conditional=false",
    "/speech-acts/?open_on=2019-08&date_before=2019-07-08",
)  # fmt: skip


def panel(client: Client, address: str) -> dict[str, str]:
    """Label -> address of the links in the panel; the query's own label is ``query``."""
    page = client.get(address).content.decode()
    details = re.search(r'<details class="reuse">.*?</details>', page, re.DOTALL)
    assert details, address
    links = re.findall(r'<a href="([^"]*)">(?:<code>)?(.*?)(?:</code>)?</a>', details[0])
    return {
        ("query" if href.startswith("/graphql") else "REST" if href == label else unescape(label)): unescape(href)
        for href, label in links
    }


def results(client: Client, links: dict[str, str]) -> Any:
    """The data of the panel's query, which is in the fragment of GraphiQL's address."""
    (query,) = parse_qs(links["query"].partition("#")[2])["query"]
    response = client.post("/graphql/", {"query": query}, content_type="application/json").json()
    assert "errors" not in response, response
    (data,) = response["data"].values()
    return data


def _records() -> list[str]:
    records = [FILTERSETS[kind]._meta.model._default_manager.visible_to(None).first() for kind in page_names().values()]
    return [f"/{kind}/{record.slug}/" for kind, record in zip(page_names().values(), records, strict=True)]


def test_every_link_of_a_record_answers(client: Client) -> None:
    for address in _records():
        links = panel(client, address)
        assert {"BibTeX", "CSL-JSON", "CSV", "REST", "query"} <= {*links}
        for label, link in links.items():
            assert client.get(link, headers={"Accept": "text/html, */*;q=0.8"}).status_code == 200, (address, label)
        assert client.get(links["REST"]).json()["slug"] == address.split("/")[2]
        data = results(client, links)
        assert data.get("slug") == address.split("/")[2]


@pytest.mark.parametrize("address", LISTS)
def test_the_requests_of_a_list_give_its_records(client: Client, address: str) -> None:
    links = panel(client, address)
    for label, link in links.items():
        assert client.get(link, headers={"Accept": "text/html, */*;q=0.8"}).status_code == 200, label
    page = client.get(address).content.decode()
    if address.startswith("/speech-acts/"):
        shown = re.findall(r'<td class="what">.*?href="/statements/([^/]+)/#', page)
        slugs = [row["statement"]["slug"] for row in client.get(f"{links['REST']}&limit=500").json()["results"]]
        queried = [node["statement"]["slug"] for node in results(client, links)["nodes"]]
    else:
        listed = page.partition('<ol class="timeline by-year">')[2]
        shown = re.findall(r'<a href="/events/([^/]+)/"', listed)
        joint = "&" if "?" in links["REST"] else "?"
        slugs = [row["slug"] for row in client.get(f"{links['REST']}{joint}limit=100").json()["results"]]
        queried = [node["slug"] for node in results(client, links)["nodes"]]
    assert slugs == shown
    assert queried == shown[:50]
    assert shown


def test_the_formats_are_those_that_rest_has() -> None:
    record = Statement.objects.get(slug=PROBE)
    for kind in page_names().values():
        for reuse, is_detail in ((record_export_links(kind, record, None), True), (list_export_links(kind, {}), False)):
            own = [link for _, link in (*reuse["cite"], *reuse["data"], *reuse["feeds"]) if f"/{kind}/" in link]
            formats = {link.rpartition("format=")[2] for link in own}
            assert formats <= {*format_names(kind, is_detail)}
            assert ("ics" in formats) == ("ics" in format_names(kind, is_detail) and kind != "dossiers")
            assert ("timelinejs" in formats) == ("timelinejs" in format_names(kind, is_detail))
            assert ("jsonld" in formats) == ("jsonld" in format_names(kind, is_detail))


@pytest.mark.parametrize(
    ("address", "count"),
    [
        (DOSSIER, 86), ("/events/2019-07-04-japan-export-curbs-take-effect/", 1), (f"/statements/{PROBE}/", 1),
        ("/topics/gsomia/", 5), ("/officials/kim-you-geun/", 4), ("/?classification=ruling", 2),
        ("/timeline/?topic=gsomia&from=2019&to=2019", 3), ("/search/?kind=statements&date=2019-07-12", 7),
    ],
)  # fmt: skip
def test_a_page_leads_to_its_slides_in_timelinejs(client: Client, address: str, count: int) -> None:
    response = client.get(panel(client, address)["TimelineJS"])
    assert response["Content-Type"].startswith("application/vnd.timelinejs+json")
    assert len(json.loads(response.getvalue())["events"]) == count


def test_what_has_no_dates_leads_to_no_slides(client: Client) -> None:
    source = f"/sources/{Source.objects.visible_to(None)[0].slug}/"
    for address in ("/timeline/?kind=measure", source, "/search/?q=export", "/speech-acts/"):
        assert "TimelineJS" not in panel(client, address)


def test_the_citation_names_who_what_when_which_version_and_where(client: Client) -> None:
    record = Statement.objects.get(slug=PROBE)
    page = unescape(re.sub("<[^>]+>", "", client.get(f"/statements/{PROBE}/").content.decode()))
    changed = f"{record.updated_at.day} {record.updated_at:%B %Y}"
    assert (
        f"Kim You-geun: {record.name}, 12 July 2019. Chancery, version {record.public_version} of {changed}, "
        f"http://testserver/statements/{PROBE}/"
    ) in page
    assert ' data-accessed=", accessed "' in client.get(f"/statements/{PROBE}/").content.decode()
    assert client.get(f"/api/v1/statements/{PROBE}/").json()["version"] == record.public_version


def test_a_citation_without_authors_begins_with_the_title() -> None:
    row = read_record(Topic, item_node, "gsomia")
    assert row is not None
    item = read_item("topics", row, "http://testserver/")
    text = plain_citation(item, 7)
    assert text.startswith(f"{item.title}. Chancery, version 7 of ")


def test_values_are_literals_of_graphql() -> None:
    query = list_query(
        "events", {"q": ['say "no"\\'], "certain": ["no"], "order_by": ["-updated_at"], "topic": ["a", "b"]}
    )
    assert query.startswith(
        r'{ events(q: "say \"no\"\\", certain: false, orderBy: UPDATED_AT_DESC, topic: ["a", "b"], first: 50) '
    )


def test_where_only_registered_documents_run_no_query_is_offered(client: Client) -> None:
    with override_settings(PERSISTED_DOCUMENTS={}):
        assert "query" not in panel(client, DOSSIER)


@pytest.mark.parametrize(
    "address",
    [
        "/search/?q=export", "/search/?q=export&kind=events", "/search/?q=export&country=JP",
        "/search/?q=the&kind=statements&classification=briefing&classification=press_statement&certain=1&date=2019",
    ],
)  # fmt: skip
def test_the_requests_of_a_search_give_its_results(client: Client, address: str) -> None:
    links = panel(client, address)
    rows = client.get(address).content.decode().partition('class="found-rows"')[2]
    slugs = re.findall(r'<p class="what"><a href="/[a-z]+/([^/]+)/"', rows)
    assert [row["slug"] for row in client.get(f"{links['REST']}&limit=20").json()["results"]] == slugs
    assert [node["slug"] for node in results(client, links)["nodes"]] == slugs
    assert slugs


@pytest.mark.parametrize(
    "query", ["", "?topic=gsomia&lanes=none", "?from=2019-07-01&to=2019-07-14&kind=event&q=export&width=500"]
)
def test_the_requests_of_a_timeline_give_what_it_draws(client: Client, query: str) -> None:
    address = f"/timeline/{query}"
    links = panel(client, address)
    for label, link in links.items():
        assert client.get(link, headers={"Accept": "text/html, */*;q=0.8"}).status_code == 200, label
    svg = client.get(address).content.decode().partition('class="timeline-drawing"')[2]
    first, last = (re.search(f'data-{name}="([^"]+)"', svg)[1] for name in ("from", "to"))  # type: ignore[index]
    for answer in (client.get(links["REST"]).json(), results(client, links)):
        assert (answer["from"], answer["to"]) == (first, last)
        assert svg.count('class="lane ') == len(answer["lanes"]) + bool(answer["measures"])
    assert ("Feed of events" in links) is True


def test_refused_filters_offer_nothing(client: Client) -> None:
    for address in ("/?date=nonsense", "/speech-acts/?day=nonsense"):
        assert b'class="reuse"' not in client.get(address).content


def test_json_of_the_panel_is_the_record(client: Client) -> None:
    assert json.loads(client.get(panel(client, DOSSIER)["REST"]).content)["name"].startswith("The dispute")
