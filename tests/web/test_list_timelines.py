"""The drawn timeline above lists: of the records that the list's filters match, in the period of its dates."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.exceptions import ArchiveError
from archive.models import Event
from archive.timeline import TimelineParams
from archive.web import event_list
from tests.web.test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

MOVE = r'<a href="([^"]+)" data-move="{}">'


def drawn(client: Client, address: str) -> str:
    """The section of the drawn timeline."""
    response = client.get(address)
    assert response.status_code == 200, address
    _, start, section = response.content.decode().partition('<section class="drawn"')
    assert start, address
    return section.partition("</section>")[0]


def counted(section: str) -> int:
    return int(re.search(r'class="count">(\d+) ', section)[1])  # type: ignore[index]


def period(section: str) -> tuple[str, str]:
    [ends] = re.findall(r'class="timeline-drawing[^>]* data-from="([^"]+)" data-to="([^"]+)"', section)
    return ends


@pytest.mark.parametrize(
    "address",
    [
        "/?country=JP&date=2019", "/?classification=ruling", "/?participant=south-korea&date_after=2019-06",
        "/?q=gsomia&date=2019", "/?date_after=2018&date=2019-07/2019-12&date_before=2019-10",
        "/?date=2019&certain=true&order_by=-date",
        "/?actor=JP&classification=announcement&classification=decision&order_by=name",
        "/search/?kind=events&topic=gsomia", "/search/?kind=events&q=japan&date=2019",
        "/search/?kind=statements&date=2019", "/search/?kind=statements&q=gsomia&country=KR&date=2019",
    ],
)  # fmt: skip
def test_it_has_the_records_of_the_list_and_no_others(client: Client, address: str) -> None:
    if "date=" not in address:
        address += "&from=1900&to=2030"
    section = drawn(client, address)
    content = client.get(address).content.decode()
    kind = "statements" if "kind=statements" in address else "events"
    rows = content.partition('class="found-rows"')[2]
    listed = set(re.findall(rf'<p(?: class="what")?><a href="/{kind}/([^"/]+)/"', rows))
    marks = set(re.findall(rf'<a href="/{kind}/([^"/]+)/"', section))
    assert marks
    assert marks <= listed
    assert counted(section) == len(listed)


def test_the_first_period_is_that_of_the_filter_and_no_move_leaves_it(client: Client) -> None:
    address = "/?country=JP&date=2019"
    assert period(drawn(client, address)) == ("2019-01-01", "2019-12-31")
    assert "data-move" not in drawn(client, address).partition('data-move="in"')[0].partition("drawn-moves")[2][:-200]
    closer = drawn(client, unescape(re.search(MOVE.format("in"), drawn(client, address))[1]))  # type: ignore[index]
    assert period(closer) == ("2019-04-02", "2019-10-01")
    wider = drawn(client, unescape(re.search(MOVE.format("out"), closer)[1]))  # type: ignore[index]
    assert period(wider) == ("2019-01-01", "2019-12-31")
    assert period(drawn(client, f"{address}&from=2018-07&to=2019-03")) == ("2019-01-01", "2019-03-31")
    assert period(drawn(client, f"{address}&from=1960&to=1970")) == ("2019-01-01", "2019-12-31")


def test_its_links_keep_the_filters_of_the_list_and_the_list_ignores_the_period(client: Client) -> None:
    address = "/search/?kind=statements&topic=gsomia&order_by=-date"
    section = drawn(client, address)
    for link in re.findall(r'<a href="([^"]+)" data-move="', section):
        assert unescape(link).startswith(address)
        assert client.get(unescape(link)).status_code == 200
    lanes = "/?topic=gsomia&lanes=participant&from=2019&to=2019"
    pages = [client.get(path).content.decode() for path in ("/?topic=gsomia", lanes)]
    found, same = (page.partition('id="found"')[2].partition("</main>")[0] for page in pages)
    assert found == same


def test_its_files_and_its_frame_draw_the_same(client: Client) -> None:
    section = drawn(client, "/?classification=announcement&actor=JP&date=2019")
    marks = section.partition('class="timeline-drawing')[2].partition("</svg>")[0]
    count = len(set(re.findall(r'/events/[^"/]+/', marks)))
    [svg] = re.findall(r'href="(/timeline\.svg[^"]+)"', section)
    [frame] = re.findall(r"http://testserver(/timeline/embed/\?[^&]+.*?)&quot;", section)
    for address in (unescape(svg), unescape(unescape(frame))):
        response = client.get(address)
        assert response.status_code == 200
        assert len(set(re.findall(r'/events/[^"/]+/', response.content.decode()))) == count > 0


def test_it_takes_two_statements(client: Client) -> None:
    for address in ("/?topic=export-controls&date=2019", "/search/?kind=events&q=export"):
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            drawn(client, address)
        parts = [query for query in queries if "WITH RECURSIVE" in query["sql"] and "permitted" in query["sql"]]
        assert len(parts) == 2


@pytest.mark.parametrize(
    "address", ["/?date=1801", "/?date_after=2020&date_before=2019&country=JP", "/search/?kind=officials&country=JP",
                "/search/?country=JP", "/search/?q=japan", "/search/?kind=events&kind=statements&topic=gsomia"],
)  # fmt: skip
def test_lists_without_dates_or_of_several_kinds_have_none(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 200
    assert b'<section class="drawn"' not in response.content


@pytest.mark.parametrize("query", ["date=1801", "date=1801&from=1800&to=1900", "country=FR&topic=gsomia&from=2019"])
def test_an_empty_list_has_no_timeline_alone_either(client: Client, query: str) -> None:
    for address in (f"/?{query}", f"/search/?kind=events&{query}"):
        assert b'<section class="drawn"' not in client.get(address).content
        assert client.get(f"{address}&section=timeline").status_code == 404
    assert b'<section class="drawn"' in client.get("/?date=2019&from=1801&to=1802&section=timeline").content


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("/?from=yesterday", "from: got 'yesterday'"), ("/?country=JP&lanes=sides", "lanes: got 'sides'"),
        ("/search/?kind=statements&to=x", "to: got 'x'"), ("/search/?country=JP&from=2019", "Did you mean"),
        ("/?date=2019&from=2020&to=2018", "to: got '2018'"),
    ],
)  # fmt: skip
def test_a_wrong_period_is_400(client: Client, address: str, message: str) -> None:
    response = client.get(address)
    assert response.status_code == 400
    assert message in text_of(response) or "known parameter" in text_of(response)


def test_drafts_are_in_none(client: Client, editor: Any) -> None:
    before = client.get("/?classification=visit&date=2019").content
    Event.objects.create(slug="a-visit", name="A visit", classification="visit", date="2019-05", status="draft")
    assert client.get("/?classification=visit&date=2019").content == before
    client.force_login(editor)
    assert "A visit" in drawn(client, "/?classification=visit&date=2019")


def test_a_dense_cluster_leads_to_the_list_of_its_day(client: Client) -> None:
    for number in range(60):
        Event.objects.create(
            slug=f"x-{number}", name=f"Zebra {number}", classification="visit", date="1987-05-04", status="published"
        )
    section = drawn(client, "/?classification=visit&date=1987-05-04&lanes=none&width=280")
    [link] = re.findall(r'<a class="mark cluster[^>]* href="([^"]+)"', section)
    assert unescape(link) == "/?classification=visit&date=1987-05-04#found"


@pytest.mark.parametrize(
    "params",
    [
        {"kind": ["event"], "classification": ["visit"]},
        {"kind": ["statement"], "speaker": ["x"]},
        {"kind": ["event", "statement"], "answered_within": ["P1D"]},
    ],
)
def test_a_timeline_takes_the_filters_that_its_kinds_share(params: dict[str, list[str]]) -> None:
    assert TimelineParams.parse(params).is_filtered


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"kind": ["event", "statement"], "speaker": ["x"]}, "this filter only with kind=statement"),
        ({"classification": ["visit"]}, "this filter only with kind=event, statement"),
        ({"kind": ["event"], "date": ["2019"]}, "a known parameter"),
        ({"kind": ["evnt"], "classification": ["visit"]}, "this filter only with kind=event, statement"),
        ({"kind": ["event"], "colour": ["red"]}, "a known parameter"),
    ],
)
def test_a_timeline_refuses_filters_that_one_of_its_kinds_has_not(params: dict[str, list[str]], expected: str) -> None:
    with pytest.raises(ArchiveError, match=expected):
        TimelineParams.parse(params)


def test_the_requests_of_a_timeline_of_one_kind_give_what_it_draws(client: Client) -> None:
    content = client.get("/timeline/?kind=event&classification=ruling").content.decode()
    [rest] = re.findall(r'<dt>REST</dt><dd><a href="([^"]+)"', content)
    assert client.get(unescape(rest)).json()["count"] == 2
    [query] = re.findall(r"<dt>GraphQL</dt><dd><a [^>]*><code>(.*?)</code>", content, re.DOTALL)
    answer = client.post("/graphql/", {"query": unescape(query)}, content_type="application/json").json()
    assert answer["data"]["timeline"]["count"] == 2


def test_the_next_page_of_the_list_has_the_same_timeline(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(event_list, "PAGE_SIZE", 5)
    for address in ("/", "/?country=JP"):
        [path] = re.findall(r'<a href="([^"]*cursor=[^"]*)"[^>]*rel="next"', client.get(address).content.decode())
        following = unescape(path)
        section = drawn(client, following if following.startswith("/") else f"/{following}")
        assert counted(section) == counted(drawn(client, address))
        [earlier] = re.findall(MOVE.format("earlier"), section)
        assert "cursor=" in earlier
        assert client.get(unescape(earlier).partition("#")[0]).status_code == 200


def test_without_events_the_front_page_draws_the_statements(client: Client) -> None:
    Event.objects.update(status="draft")
    assert 'class="mark statement' in drawn(client, "/")


def test_the_form_of_the_timeline_keeps_the_filters_that_it_has_no_field_for(client: Client) -> None:
    page = client.get(
        "/timeline/?kind=event&participant=japan&topic=gsomia&topic=export-controls&width=500&from=2019"
    ).content.decode()
    form = page.partition('<form method="get" class="filters"')[2].partition("</form>")[0]
    assert re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', form) == [
        ("participant", "japan"), ("topic", "gsomia"), ("topic", "export-controls"),
    ]  # fmt: skip
    assert 'name="from" value="2019"' in form
