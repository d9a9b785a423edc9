"""The chain on the pages of events and statements: drawn, as a list, only of what readers see, by one statement."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.models import Body, Event, Relation, Statement
from archive.web.record_drawings import DEFAULT_RECORDS, MAX_RECORDS
from tests.web.test_pages import outline, text_of

pytestmark = pytest.mark.django_db

PROBE = "/statements/2019-07-12-kim-you-geun-international-probe/"
CURBS = "/events/2019-07-04-japan-export-curbs-take-effect/"


def event(slug: str, date: str = "2019", **values: str) -> Event:
    values = {"name": slug.capitalize(), "classification": "decision", "status": "published", **values}
    return Event.objects.create(slug=slug, date=date, **values)


def relate(later: Event, earlier: Event, kind: str = "responds_to") -> None:
    Relation.objects.create(from_event=later, to_event=earlier, kind=kind)


def chain_of(html: str) -> list[str]:
    """The texts of the chain's records in the drawing."""
    chain = html.partition('class="timeline-drawing chain-drawing"')[2].partition("</svg>")[0]
    return re.findall(r'<(?:a|g) class="mark [^>]*><title>(.*?)</title>', chain)


@pytest.mark.usefixtures("dossier")
@pytest.mark.parametrize("address", [PROBE, CURBS])
def test_a_page_draws_what_led_to_it_and_what_followed(client: Client, address: str) -> None:
    response = client.get(address)
    records = chain_of(response.content.decode())
    assert len(records) > 5
    assert "What led to it, what followed" in text_of(response)
    assert "retaliates for: Supreme Court of Korea rules" in " ".join(records)
    assert "Retaliates for: Supreme Court of Korea rules" in text_of(response)
    assert outline(response).wrong == []


@pytest.mark.usefixtures("dossier")
def test_the_chain_takes_one_statement(client: Client) -> None:
    client.get(CURBS)
    with CaptureQueriesContext(connection) as queries:
        client.get(f"{CURBS}?chain=20")
    assert sum("WITH RECURSIVE" in query["sql"] for query in queries) == 1


def test_drafts_end_a_chain(client: Client) -> None:
    first, hidden, last = event("first", "2018"), event("hidden", "2019", status="draft"), event("last", "2020")
    relate(hidden, first)
    relate(last, hidden)
    html = client.get("/events/last/").content.decode()
    assert "chain-drawing" not in html
    assert "Hidden" not in html


def test_the_drawings_of_a_page_are_read_alone(client: Client) -> None:
    first, last = event("first", "2018"), event("last", "2019")
    relate(last, first)
    page = client.get("/events/last/?width=280").content.decode()
    alone = client.get("/events/last/?width=280&section=drawings").content.decode()
    assert alone.strip().startswith('<section class="drawn" id="chain"')
    assert alone.strip() in page
    assert "<html" not in alone
    assert client.get("/events/absent/?section=drawings").status_code == 404


def test_a_record_without_links_has_no_chain(client: Client) -> None:
    event("alone")
    html = client.get("/events/alone/").content.decode()
    assert "<svg" not in html
    assert "redraw.js" not in html


def test_of_many_a_readable_number_is_drawn_with_links_to_the_others(client: Client) -> None:
    root = event("root")
    for number in range(MAX_RECORDS + 5):
        relate(event(f"reply-{number}", "2020"), root)
    response = client.get("/events/root/")
    assert len(chain_of(response.content.decode())) == DEFAULT_RECORDS
    more = MAX_RECORDS + 6 - DEFAULT_RECORDS
    assert f'<a href="?chain={MAX_RECORDS}#chain">See {more} more that followed</a>' in response.content.decode()
    html = client.get("/events/root/", {"chain": MAX_RECORDS}).content.decode()
    assert len(chain_of(html)) == MAX_RECORDS
    assert '<a href="/api/v1/events/root/chain/">See 6 more that followed</a>' in html


@pytest.mark.parametrize("text", ["", "0", "-1", "x", "²", "99999999999", "1e9", "\x00"])
def test_any_number_of_records_in_the_address_is_answered(client: Client, text: str) -> None:
    relate(event("later", "2020"), event("root"))
    response = client.get("/events/root/", {"chain": text, "width": text})
    assert response.status_code == 200
    assert len(chain_of(response.content.decode())) == 2


def test_names_with_markup_and_direction_controls_are_text(client: Client) -> None:
    root = event("root", name="<script>alert(1)</script> \u0627\u0644")
    relate(event("later", "2020", name="W" * 250), root)
    Statement.objects.create(
        slug="about", name="About &amp; \u2066x\u2069", date="2021", classification="note", attribution="anonymous",
        body=Body.objects.get(iso3166="KR"), status="published",
    ).about_events.add(root)  # fmt: skip
    html = client.get("/events/root/").content.decode()
    assert "<script>alert" not in html
    assert len(chain_of(html)) == 3
