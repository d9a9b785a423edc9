"""oEmbed 1.0: frames of timelines, titles of other pages, and the statuses that the specification has."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client

from archive.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

SITE = "http://testserver"
DOSSIER = "/dossiers/japan-south-korea-export-controls/"
EVENT = "/events/2019-07-04-japan-export-curbs-take-effect/"


def ask(path: str, **params: Any) -> Any:
    return Client().get("/oembed", {"url": f"{SITE}{path}", **params})


@pytest.mark.parametrize(
    ("path", "title", "frame"),
    [
        ("/", "Timeline", "/timeline/embed/"),
        ("", "Timeline", "/timeline/embed/"),
        ("/timeline/?from=2019-07&lanes=none", "Timeline", "/timeline/embed/?from=2019-07&lanes=none"),
        ("/timeline/embed/?topic=gsomia", "Timeline: Military intelligence sharing", "/timeline/embed/?topic=gsomia"),
        (DOSSIER, "Timeline: The dispute", "/timeline/embed/?dossier=japan-south-korea-export-controls"),
        (f"{DOSSIER}?from=2019&x=1", "Timeline: The dispute", "?dossier=japan-south-korea-export-controls&from=2019"),
        ("/bodies/japan/", "Timeline: Japan", "/timeline/embed/?country=japan"),
        ("/?cursor=x", "Timeline", "/timeline/embed/"),
        ("/?country=JP", "Timeline: Japan", "/timeline/embed/?country=JP&kind=event"),
        (
            "/?classification=ruling&lanes=none&order_by=name",
            "Timeline",
            "?classification=ruling&lanes=none&kind=event",
        ),
        ("/?topic=gsomia&date=2019", "Timeline: Military", "?topic=gsomia&kind=event&from=2019-01-01&to=2019-12-31"),
        ("/?date_after=2019-07&from=2019", "Timeline", "/timeline/embed/?from=2019-07-01&kind=event"),
        ("/search/?kind=statements&speaker=kim-you-geun", "Timeline", "?kind=statement&speaker=kim-you-geun"),
        ("/ko/search/?kind=events&q=japan", "연표", "/ko/timeline/embed/?kind=event&q=japan"),
    ],
)
def test_a_timeline_is_a_frame(path: str, title: str, frame: str) -> None:
    data = ask(path).json()
    assert (data["type"], data["version"], data["width"], data["height"]) == ("rich", "1.0", 800, 520)
    assert data["title"].lower().startswith(title.lower())
    assert (data["provider_name"], data["provider_url"]) == ("Chancery", f"{SITE}/")
    [address] = re.findall(r'<iframe src="([^"]+)"', data["html"])
    assert unescape(address).endswith(frame)
    assert Client().get(unescape(address)).status_code == 200


@pytest.mark.parametrize(
    ("path", "title"), [(EVENT, "The stricter licensing"), ("/bodies/cheong-wa-dae/", "Cheong Wa Dae")]
)
def test_another_page_is_a_link_with_its_title(path: str, title: str) -> None:
    data = ask(path).json()
    assert data["type"] == "link"
    assert data["title"].startswith(title)
    assert "html" not in data


@pytest.mark.parametrize(
    "path",
    [
        "/?country=JP",
        "/?topic=gsomia&date=2019",
        "/search/?kind=statements&speaker=kim-you-geun",
        "/search/?kind=events&q=japan",
    ],
)
def test_a_filtered_list_leads_to_a_frame_of_its_timeline(path: str) -> None:
    content = Client().get(path).content.decode()
    [address] = re.findall(r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', content)
    data = Client().get(unescape(address)).json()
    frame = Client().get(unescape(re.findall(r'<iframe src="([^"]+)"', data["html"])[0])).content.decode()
    assert _names(frame) == _names(content) != []


def _names(content: str) -> list[str]:
    """The names of the drawn records, in the list below the drawing."""
    listed = content.partition('<details class="drawn-list"')[2].partition("</details>")[0]
    return re.findall(r'<a href="[^"]*"[^>]*>(.*?)</a>', listed)


@pytest.mark.parametrize(
    "path",
    [
        "/?colour=red",
        "/?topic=absent",
        "/?date=2019-13",
        "/?date=2018&date_after=2020",
        "/search/",
        "/search/?q=japan",
        "/search/?kind=officials",
        "/search/?kind=events&kind=statements",
        "/?topic=a%00b",
        "/?from=2020&to=2019&country=JP",
    ],
)
def test_a_list_without_a_timeline_is_not_found(path: str) -> None:
    assert ask(path).status_code == 404


def test_xml_says_the_same_as_json() -> None:
    response = ask(DOSSIER, format="xml", maxwidth=300)
    assert response["Content-Type"] == "text/xml; charset=utf-8"
    root = fromstring(response.content)
    assert root.tag == "oembed"
    data = ask(DOSSIER, format="json", maxwidth=300).json()
    assert {element.tag: element.text for element in root} == {name: str(value) for name, value in data.items()}


@pytest.mark.parametrize("char", ["\x01", "\x0b", "\uffff"])
def test_xml_leaves_out_characters_that_xml_excludes(char: str) -> None:
    Event.objects.create(slug="e", name=f"a{char}b", date="2019", classification="meeting", status="published")
    assert fromstring(ask("/events/e/", format="xml").content).findtext("title") == "ab"


@pytest.mark.parametrize(("limits", "size"), [
    ({"maxwidth": 400, "maxheight": 300}, (400, 300)), ({"maxwidth": 9000}, (800, 520)), ({"maxheight": 1}, (800, 1)),
])  # fmt: skip
def test_the_frame_is_no_larger_than_the_consumer_wants(limits: dict[str, int], size: tuple[int, int]) -> None:
    data = ask("/timeline/", **limits).json()
    assert (data["width"], data["height"]) == size
    assert f'width="{size[0]}" height="{size[1]}"' in data["html"]


@pytest.mark.parametrize(
    ("params", "status", "message"),
    [
        ({"url": f"{SITE}/nothing/"}, 404, "expected a timeline or the page of a public record"),
        ({"url": f"{SITE}/events/nothing/"}, 404, "expected a timeline or the page of a public record"),
        ({"url": f"{SITE}/events/a%00b/"}, 404, "expected a timeline"),
        ({"url": f"{SITE}/api/v1/events/"}, 404, "expected a timeline"),
        ({"url": f"{SITE}/admin/"}, 404, "expected a timeline"),
        ({"url": f"{SITE}/timeline/?lanes=sides"}, 404, "lanes: got 'sides'"),
        ({"url": f"{SITE}/timeline/?topic=gsomai"}, 404, "Did you mean 'gsomia'?"),
        (
            {"url": "https://elsewhere.example/timeline/"},
            404,
            "expected an address that begins with http://testserver/",
        ),
        ({"url": "javascript:alert(1)"}, 404, "expected an address that begins with"),
        ({"url": "http://[bad/"}, 404, "expected an address that begins with"),
        ({"url": SITE, "format": "yaml"}, 501, "format: got 'yaml', expected json or xml."),
        ({"url": SITE, "maxwidth": "wide"}, 400, "maxwidth: got 'wide', expected a number of pixels."),
        ({"url": SITE, "maxheight": "0"}, 400, "maxheight: got '0'"),
        ({}, 400, "url: got nothing"),
    ],
)
def test_what_cannot_be_answered_has_a_status_and_a_reason(params: dict[str, str], status: int, message: str) -> None:
    response = Client().get("/oembed", params)
    assert response.status_code == status
    assert response["Content-Type"].startswith("text/plain")
    assert message in response.content.decode()


def test_a_draft_is_404_even_to_its_editor(editor: Any) -> None:
    Event.objects.create(slug="2020-x", name="X", classification="meeting", date="2020", status="draft")
    client = Client()
    client.force_login(editor)
    assert client.get("/oembed", {"url": f"{SITE}/events/2020-x/"}).status_code == 404


def test_pages_of_any_origin_may_read_it() -> None:
    assert ask("/")["Access-Control-Allow-Origin"] == "*"
    assert Client().post("/oembed").status_code == 405


@pytest.mark.parametrize("page", ["/", "/timeline/?from=2019&lanes=none", DOSSIER, EVENT])
def test_a_page_leads_to_its_responses(page: str) -> None:
    content = Client().get(page).content.decode()
    links = re.findall(r'<link rel="alternate" type="([^"]+\+oembed)" href="([^"]+)" title="([^"]+)">', content)
    assert [media_type for media_type, _, _ in links] == ["application/json+oembed", "text/xml+oembed"]
    for _, address, _ in links:
        assert parse_qs(urlsplit(unescape(address)).query)["url"] == [f"{SITE}{page}"]
        assert Client().get(unescape(address)).status_code == 200


def test_a_list_without_a_timeline_and_a_refused_one_have_no_links() -> None:
    for page in ("/?date=1801", "/timeline/?from=x", "/search/", "/search/?kind=officials"):
        assert "+oembed" not in Client().get(page).content.decode()


def test_titles_are_in_the_language_of_the_page(client: Client) -> None:
    for page in ("/ko/", "/ko/timeline/"):
        html = client.get(page).content.decode()
        [name, *_] = re.findall(r'json\+oembed" href="[^"]*" title="([^"]*)"', html)
        assert name != "Timeline"
        assert f"title=&quot;{name}&quot;" in html
