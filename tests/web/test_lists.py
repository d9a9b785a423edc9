"""The lists take the filters of every door, and say what is wrong with them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from archive.models import Event
from archive.web import event_list, ledger
from tests.web.test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]


def test_the_front_page_lists_the_events_in_order(client: Client) -> None:
    text = text_of(client.get("/"))
    assert "The dispute over Japan's export controls, 2018 to 2023" in text
    events = text[text.index("22 June 1965: Treaty on Basic Relations") :]  # below the drawn timeline
    assert 0 < events.index("4 July 2019: The stricter licensing") < events.index("21 July 2023")


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("/?date=2019-07&target=KR", "4 July 2019: The stricter licensing of three materials takes effect"),
        ("/?q=&date=2019-07&country=&target=KR", "4 July 2019: The stricter licensing of three materials takes effect"),
        ("/?classification=ruling", "Supreme Court of Korea"),
        (
            "/speech-acts/?kind=demand&addressee=JP&open_on=2019-08-01",
            "demand: Japan apologizes. On condition: an investigation proves South Korea innocent. open Days open: 20",
        ),
        ("/speech-acts/?state=fulfilled", "fulfilled 23 March 2023 by The stricter licensing ends"),
        ("/speech-acts/?kind=regret", "strong regret"),
        ("/search/?q=김유근", "Kim You-geun"),
        ("/search/?q=probe&date=2019-07-12", "Kim You-geun proposes an international probe"),
        ("/search/?topic=export-controls&date=2019-07-12", "12 July 2019"),
    ],
)
def test_filters_mean_what_they_mean_in_every_door(client: Client, query: str, text: str) -> None:
    response = client.get(query)
    assert response.status_code == 200
    assert text in text_of(response)


def test_what_does_not_match_is_not_listed(client: Client) -> None:
    text = text_of(client.get("/?date=2019-07&target=KR"))
    assert "1965" not in text
    assert "No events are published that match." in text_of(client.get("/?date=1801"))
    assert "No speech acts match." in text_of(client.get("/speech-acts/?date=1801&certain=true"))
    assert "Nothing matches all of this." in text_of(client.get("/search/?q=xyzzy"))


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("/?date=2019-13", "Date: got '2019-13', expected an EDTF date"),
        ("/?date=yesterday", "Date: got 'yesterday', expected an EDTF date"),
        ("/?dat=2019", "Did you mean 'date'?"),
        ("/?participant=south-korae", "Did you mean 'south-korea"),
        ("/?classification=meating", "meeting"),
        ("/?cursor=junk", "cursor: got 'junk'"),
        ("/?q=a%00b", "Words: got 'a\\x00b'"),
        ("/speech-acts/?kind=demnd", "Did you mean 'demand'?"),
        ("/speech-acts/?open_on=2019-02-30", "2019-02 has 28 days"),
        ("/search/?q=a%00b", "Words: got 'a\\x00b'"),
        ("/search/?dat=2019", "Did you mean 'date'?"),
        ("/search/?q=a&date=12/07/2019", "Date: got '12/07/2019'"),
    ],
)
def test_an_invalid_filter_is_400_and_stays_in_the_form(client: Client, query: str, expected: str) -> None:
    response = client.get(query)
    assert response.status_code == 400
    assert expected in text_of(response)
    assert 'role="alert"' in response.content.decode()
    assert b"\x00" not in response.content


def test_the_form_keeps_the_parameters(client: Client) -> None:
    page = client.get("/?date=2019-07&classification=meeting").content.decode()
    assert re.search(r'name="date" value="2019-07"', page)
    assert '<option value="meeting" selected>' in page


def test_pages_follow_each_other_by_cursor(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_list, "PAGE_SIZE", 20)
    seen: list[str] = []
    page = "/?order_by=date"
    while page:
        content = client.get(page).content.decode()
        timeline = content[content.index('<ol class="timeline by-year">') :]
        seen += re.findall(r'<a href="/events/([^"/]+)/">', timeline)
        following = re.search(r'<a href="(\?[^"]+)" rel="next">', content)
        page = "/" + following[1].replace("&amp;", "&") if following else ""
    assert seen == list(
        Event.objects.filter(status="published")
        .order_by("date_sort", "sequence", "slug")
        .values_list("slug", flat=True)
    )


def test_the_ledger_has_pages(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "PAGE_SIZE", 3)
    content = client.get("/speech-acts/").content.decode()
    following = re.search(r'<a href="(\?[^"]+)" rel="next">', content)
    assert following
    assert client.get("/speech-acts/" + following[1].replace("&amp;", "&")).status_code == 200


def test_an_unknown_slug_is_404_with_suggestions(client: Client) -> None:
    response = client.get("/events/2019-07-04-japan-export-curb-takes-effect/")
    assert response.status_code == 404
    assert '<a href="/events/2019-07-04-japan-export-curbs-take-effect/">' in response.content.decode()
    for junk in ("/events/zzzzzzzz/", "/events/a%00b/", "/nothing/", "/events/" + "x" * 5000 + "/"):
        response = client.get(junk)
        assert response.status_code == 404
        assert "There is nothing at this address." in text_of(response)


def test_a_draft_is_never_suggested(client: Client, editor: Any) -> None:
    Event.objects.create(slug="2020-a-secret-meeting", name="X", classification="meeting", date="2020")
    assert "secret-meeting" not in client.get("/events/2020-a-secret-meetin/").content.decode()
    client.force_login(editor)
    assert "2020-a-secret-meeting" in client.get("/events/2020-a-secret-meetin/").content.decode()


def test_the_page_about_the_api_names_its_doors(client: Client) -> None:
    text = text_of(client.get("/about/api/"))
    for part in ("/api/v1/", "/api/v1/docs/", "/graphql/", "/api/v1/openapi.json"):
        assert part in text
