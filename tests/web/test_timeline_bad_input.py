"""The drawn timeline with hand-edited addresses and extreme records: a readable page, an answer, nothing cut off."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client

from archive.models import Body, Event
from tests.web.test_pages import text_of

pytestmark = pytest.mark.django_db

PAGES = ("/timeline/", "/timeline.svg", "/timeline/embed/")


def event(slug: str, date: str, name: str = "An event", **values: Any) -> Event:
    values = {"classification": "decision", "status": "published", **values}
    return Event.objects.create(slug=slug, name=name, date=date, **values)


def svg_of(html: str) -> str:
    start = html.index('<svg xmlns="http://www.w3.org/2000/svg" class="timeline-drawing')
    return html[start : html.index("</svg>", start) + len("</svg>")]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=-1000000&to=1000000", 400), ("from=-1&to=0", 400), ("from=0001&to=9999", 200), ("from=9999-12-31", 200),
        ("to=0001-01-01", 200), ("from=2019-13", 400), ("from=2020&to=2019", 400), ("from=2019&from=2020", 400),
        ("from=2019-07-04&to=2019-07-04", 200), ("lanes=", 200), ("lanes=sides", 400),
        ("lanes=none&lanes=country", 400), ("width=0", 200), ("width=1e3", 200), ("width=99999999999999999999", 200),
        ("kind=", 200), ("kind=cluster", 400),
        ("form=2019", 400), ("%00=1", 400), ("from=%00", 400), ("q=%00", 400), ("topic=nothing", 400),
        ("q=%E2%80%AE%3Cb%3E", 200), ("from=%F0%9F%98%80", 400), ("&&&=&", 400), ("from=../..", 400),
        ("q=+", 200), ("certain=+", 200), ("updated_after=+", 200), ("topic=+", 200), ("kind=+", 200), ("lanes=+", 200),
        ("from=+&to=%09", 200), ("topic=+&topic=", 200),
    ],
)  # fmt: skip
def test_a_hand_edited_address_has_a_readable_page(client: Client, query: str, status: int) -> None:
    event("visit", "2019-07-04")
    for path in PAGES:
        response = client.get(f"{path}?{query}")
        assert response.status_code in ({status, 404} if "svg" in path and status == 200 else {status}), (path, query)
        text = response.content.decode()
        assert "Traceback" not in text
        assert "\x00" not in text
        assert "<b>" not in text
    if status == 400:
        page = text_of(client.get(f"/timeline/?{query}"))
        assert "expected" in page.lower() or "got" in page.lower()


def test_a_wrong_period_is_explained_in_plain_words_by_its_field(client: Client) -> None:
    event("visit", "2019-07-04")
    html = client.get("/timeline/?from=2019-13&to=2020").content.decode()
    field = html.partition('<p class="field-from wrong">')[2].partition("</p>")[0]
    assert 'aria-invalid="true" aria-describedby="wrong-from"' in field
    message = "&#x27;2019-13&#x27; is not a date. Expected: a date such as 2019-07 or 1936."
    assert f'<span id="wrong-from" role="alert">{message}</span>' in field
    for query, sentence in (
        ("from=2020&to=2019", "To: got"),
        ("lanes=sides", "Lanes by: got"),
        ("form=1", "Form: got '1', expected this filter only with kind=statement"),
    ):
        assert sentence in text_of(client.get(f"/timeline/?{query}"))


def test_one_event_alone_is_drawn(client: Client) -> None:
    event("alone", "2019-07-04")
    html = client.get("/timeline/").content.decode()
    assert svg_of(html).count('class="mark event') == 1
    assert "An event" in svg_of(html)


def test_without_any_record_the_page_says_so(client: Client) -> None:
    response = client.get("/timeline/")
    assert response.status_code == 200
    assert "No records with a date are published." in text_of(response)
    assert client.get("/timeline.svg").status_code == 404


@pytest.mark.parametrize("lanes", ["country", "participant", "classification", "none"])
def test_a_thousand_events_on_one_day_are_counted_and_reached(client: Client, lanes: str) -> None:
    Event.objects.bulk_create(
        Event(slug=f"event-{number}", name=f"Event {number}", date="2019-07-04", classification="decision",
              status="published")
        for number in range(1000)
    )  # fmt: skip
    html = client.get("/timeline/", {"lanes": lanes}).content.decode()
    drawing = svg_of(html)
    assert drawing.count('class="mark cluster') == 1
    assert ">1,000<" in drawing
    assert len(html) < 60_000
    [address] = set(re.findall(r'href="([^"]*)" class="mark cluster', drawing)) or set(
        re.findall(r'class="mark cluster[^>]*href="([^"]*)"', drawing)
    )
    assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_of_two_hundred_participants_the_most_active_have_lanes(client: Client) -> None:
    state = Body.objects.get(iso3166="KR")
    for number in range(200):
        body = Body.objects.create(
            slug=f"body-{number}", name=f"Body {number}", kind="company", parent=state, status="published"
        )
        event(f"event-{number}", "2019-07-04").participations.create(body=body, role="actor")
    html = client.get("/timeline/", {"lanes": "participant"}).content.decode()
    drawing = svg_of(html)
    lanes = drawing.count('class="lane ')
    assert 2 <= lanes <= 14
    assert "Others" in drawing
    height = float(fromstring(drawing).get("height", 0))
    assert height < 3000
    assert len(html) < 150_000


@pytest.mark.parametrize(
    "name",
    [
        "W" * 250,
        "<script>alert(1)</script>",
        "\u05d0\u05d1 &amp; \"quotes\" 'and'",
        "수출규제" * 60,
        "]]>",
        "a\u0301" * 100,
    ],
)
def test_any_name_is_drawn_as_text_within_the_drawing(client: Client, name: str) -> None:
    event("first", "2019-07-01", name)
    event("second", "2019-07-31", name)
    html = client.get("/timeline/", {"width": 280}).content.decode()
    svg = fromstring(svg_of(html))
    assert "<script>alert" not in html
    titles = [title.text or "" for title in svg.iterfind(".//{*}a/{*}title")]
    assert [title.split(": ", 1)[1].removesuffix(". decision") for title in titles] == [name, name]
    assert "\u202e" not in svg_of(html)
