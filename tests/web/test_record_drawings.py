"""The drawings on the pages of officials, bodies, offices and measures, with the lists that say the same."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from archive.models import Appointment, Body, Event, Measure, MeasureGood, MeasureStep, Office, Official, Statement
from archive.web import detail, record_drawings
from tests.web.test_pages import outline, text_of

pytestmark = pytest.mark.django_db

CLUSTER = r'<a class="mark cluster[^>]* href="([^"]+)"><title>(.*?)</title>'
MEASURE = "/measures/japan-export-curbs-on-three-materials/"


def marks(html: str) -> list[str]:
    """The text equivalents of the marks that are stops, in the order of the document."""
    links = re.findall(r'<(?:a|g) class="mark ([^>]*)><title>(.*?)</title>', html)
    return [title for attributes, title in links if "aria-hidden" not in attributes]


@pytest.fixture
def council() -> Body:
    return Body.objects.create(slug="council", name="Council", kind="government_organ", status="published")


def office(body: Body, slug: str = "chair", **values: Any) -> Office:
    return Office.objects.create(body=body, slug=slug, status="published", **{"name": slug.capitalize(), **values})


def official(slug: str, **values: Any) -> Official:
    return Official.objects.create(slug=slug, status="published", **{"name": slug.capitalize(), **values})


def term(holder: Official, post: Office, start: str | None, end: str | None, **values: Any) -> Appointment:
    values = {"slug": f"{holder.slug}-{post.slug}-{start}".lower(), "status": "published", **values}
    return Appointment.objects.create(official=holder, office=post, start=start, end=end, **values)


def test_an_official_has_a_life_of_offices(client: Client, council: Body) -> None:
    kim = official("kim", born="1936~", died="2011-05-12")
    term(kim, office(council), "1961", "1965-03")
    term(kim, office(council, "member"), "1963-01-02", None)
    Statement.objects.create(
        slug="note", name="A note", date="1964-05-04", classification="note", attribution="named", speaker=kim,
        body=council, status="published",
    )  # fmt: skip
    response = client.get("/officials/kim/")
    html = response.content.decode()
    assert marks(html) == [
        "Chair, Council, 1961 – March 1965",
        "Member, Council, 2 January 1963 – at the latest 12 May 2011",
    ]
    assert 'href="/statements/note/" tabindex="-1"' in re.sub(r' class="[^"]*"', "", html)
    text = text_of(response)
    assert "Born: about 1936 Chair, Council: 1961 – March 1965 Member, Council: 2 January 1963" in text
    assert "Died: 12 May 2011" in text
    assert outline(response).wrong == []


def test_the_axis_of_an_official_begins_with_the_first_office(client: Client, council: Body) -> None:
    kim = official("kim", born="1901", died="1999")
    term(kim, office(council), "1961", "1965")
    response = client.get("/officials/kim/")
    drawing = response.content.decode().partition('class="timeline-drawing"')[2].partition("</svg>")[0]
    assert "1961 to 1965" in drawing.partition(">")[0]
    assert "Born: 1901" in text_of(response)


def event(slug: str, date: str, *roles: tuple[Official, str], **values: Any) -> Event:
    values = {"name": slug.capitalize(), "classification": "meeting", "status": "published", **values}
    record = Event.objects.create(slug=slug, date=date, **values)
    for party, role in roles:
        record.participations.create(official=party, role=role)
    return record


def test_an_official_has_the_events_that_they_took_part_in(client: Client, council: Body) -> None:
    kim = official("kim")
    term(kim, office(council), "1961", "1965")
    event("talks", "1962-05-04", (kim, "host"), (kim, "signatory"))
    event("visit", "1963~", (kim, "actor"))
    event("secret", "1964", (kim, "actor"), status="draft")
    html = client.get("/officials/kim/").content.decode()
    drawing = html.partition('class="timeline-drawing"')[2].partition("</svg>")[0]
    assert "<title>Talks, 4 May 1962. host, signatory</title>" in drawing
    assert drawing.count('href="/events/talks/"') == 1
    assert re.search(
        r'<a class="mark event[^"]* approximate" href="/events/visit/" tabindex="-1" aria-hidden="true"', drawing
    )
    assert "Took part in" in drawing
    assert "Secret" not in html
    key = html.partition('class="drawn-key"')[2].partition("</p>")[0]
    assert ">event<" in key
    assert ">step<" not in key


def test_dense_events_and_statements_are_clusters_that_lead_to_their_lists(client: Client, council: Body) -> None:
    kim = official("kim", born="1920", died="1999")
    for number in range(5):
        event(f"talks-{number}", f"1962-05-0{number + 1}", (kim, "host"))
        Statement.objects.create(
            slug=f"note-{number}", name="A note", date="1964-05-04", classification="note", attribution="named",
            speaker=kim, body=council, status="published",
        )  # fmt: skip
    event("alone", "1981", (kim, "actor"))
    html = client.get("/officials/kim/").content.decode()
    drawing = html.partition('class="timeline-drawing"')[2].partition("</svg>")[0]
    titles = {title: unescape(href) for href, title in re.findall(CLUSTER, drawing)}
    assert titles == {
        "Took part in, 1 to 5 May 1962: 5 records. Their list": "/?participant=kim&date=1962-05-01%2F1962-05-05",
        "Statements, 4 May 1964: 5 records. Their list": "/search/?kind=statements&speaker=kim&date=1964-05-04",
    }
    assert 'href="/events/alone/"' in drawing
    assert "/events/talks-" not in drawing
    for address, kind in zip(titles.values(), ("events", "statements"), strict=True):
        rows = client.get(address).content.decode().partition('class="found-rows"')[2]
        assert len(set(re.findall(f'href="/{kind}/([^/]+)/"', rows))) == 5
    assert "several records: select for their list" in html
    assert outline(client.get("/officials/kim/")).wrong == []


def test_dense_records_of_open_and_wide_dates_are_drawn(client: Client) -> None:
    kim = official("kim")
    for number, date in enumerate(["../1962", "1950/..", "195X", "1962", "9999", "0001"] * 4):
        event(f"x-{number}", date, (kim, "actor"))
    for width in (280, 990, 4000):
        response = client.get("/officials/kim/", {"width": width})
        drawing = response.content.decode().partition('class="timeline-drawing"')[2].partition("</svg>")[0]
        for address, _ in re.findall(CLUSTER, drawing):
            assert client.get(unescape(address)).status_code == 200
        counts = [int(number) for number in re.findall(r'"cluster-count"[^>]*>(\d+)<', drawing)]
        assert sum(counts) + drawing.count('href="/events/') == 24


def test_with_more_records_than_are_listed_the_page_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detail, "MAX_RELATED", 1)
    kim = official("kim")
    for number in range(2):
        event(f"x-{number}", "1962", (kim, "actor"))
    assert "Only a part is drawn" in text_of(client.get("/officials/kim/"))


def test_a_body_has_its_offices_with_holders_and_predecessors(client: Client, council: Body) -> None:
    chair = office(council)
    first, second, third = official("first"), official("second"), official("third")
    term(first, chair, "1961", "1965-03")
    term(second, chair, "1965-03", "1970")
    term(third, chair, "1969", None, mode="nominee")
    response = client.get("/bodies/council/")
    assert marks(response.content.decode()) == [
        "First, 1961 – March 1965", "Second, March 1965 – 1970. After First",
        "Nominee: Third, 1969 – not known",
    ]  # fmt: skip
    assert "Second: March 1965 – 1970, after First" in text_of(response)
    assert marks(client.get("/offices/chair/").content.decode()) == marks(response.content.decode())


def test_a_holder_who_stayed_is_no_predecessor(client: Client, council: Body) -> None:
    chair = office(council)
    term(official("stays"), chair, "1960", "1990")
    term(official("joins"), chair, "1970", "1975")
    assert ", after" not in text_of(client.get("/bodies/council/"))


def test_drafts_are_not_drawn(client: Client, council: Body) -> None:
    chair = office(council)
    term(official("known"), chair, "1960", "1965")
    term(official("hidden"), chair, "1970", "1990", status="draft")
    html = client.get("/bodies/council/").content.decode()
    assert len(marks(html)) == 1
    assert "1990" not in html
    assert "Hidden" not in html


def test_without_any_date_there_is_no_drawing(client: Client, council: Body) -> None:
    term(official("somebody"), office(council), None, None)
    for address in ("/bodies/council/", "/officials/somebody/", "/offices/chair/"):
        response = client.get(address)
        assert "<svg" not in response.content.decode()
        assert "start not known – not known" in text_of(response)


@pytest.mark.usefixtures("dossier")
def test_a_measure_has_its_steps_and_goods_on_a_line(client: Client) -> None:
    html = client.get(MEASURE).content.decode()
    assert marks(html)[0].startswith("Announced: METI announces stricter licensing")
    assert "photoresist, in force 4 July 2019 to 23 March 2023" in marks(html)
    assert "In force, imposed by Japan on South Korea" in html


def test_a_measure_of_odd_dates_is_drawn(client: Client) -> None:
    measure = Measure.objects.create(
        slug="odd", name="Odd", instrument="sanction", in_force="../1999?", status="published"
    )
    step = Event.objects.create(slug="step", name="A step", date="198X", classification="decision", status="published")
    MeasureStep.objects.create(measure=measure, event=step, phase="announced")
    MeasureGood.objects.create(measure=measure, name="steel", in_force="1990~/..")
    assert len(marks(client.get("/measures/odd/").content.decode())) == 3


def test_a_state_has_one_set_of_definitions_for_both_drawings(client: Client, council: Body) -> None:
    state = Body.objects.get(iso3166="KR")
    term(official("head"), office(state, "president"), "1960", "1965")
    Event.objects.create(
        slug="visit", name="A visit", date="1962", classification="meeting", status="published"
    ).participations.create(body=state, role="actor")
    html = client.get("/bodies/south-korea/").content.decode()
    assert html.count('class="timeline-drawing"') == 2
    assert html.count('id="tl-hatch"') == 1
    assert html.count("archive/timeline.css") == 1


@pytest.mark.parametrize("name", ["W" * 200, "<b>\u0627\u0644&amp;", "a\u00a0b"])
def test_any_name_is_drawn_as_text(client: Client, council: Body, name: str) -> None:
    term(official("somebody", name=name), office(council, name=name), "1960", "1965")
    for address in ("/bodies/council/", "/officials/somebody/", "/offices/chair/"):
        response = client.get(address)
        assert response.status_code == 200
        assert "<b>" not in response.content.decode()


@pytest.mark.parametrize("width", ["1", "280", "99999999", "-5", "x", "²", ""])
def test_a_width_of_any_text_is_answered(client: Client, council: Body, width: str) -> None:
    term(official("somebody"), office(council), "0001", "9999-12-31")
    html = client.get("/officials/somebody/", {"width": width}).content.decode()
    drawn = re.search('class="timeline-drawing" viewBox="[^"]*" width="([0-9]+)"', html)
    assert drawn is not None
    assert 280 <= int(drawn[1]) <= 4000


def test_of_very_many_offices_a_part_is_drawn_and_the_page_says_so(client: Client, council: Body) -> None:
    holder = official("holder")
    for number in range(record_drawings.MAX_LANES + 1):
        term(holder, office(council, f"office-{number}"), "1960", "1965")
    response = client.get("/bodies/council/")
    assert response.content.decode().count('class="lane side-0"') == record_drawings.MAX_LANES
    _, note, lists = text_of(response).partition("Only a part is drawn; the lists have all.")
    assert note
    assert lists.count("1960 – 1965") == record_drawings.MAX_LANES + 1


def test_events_of_an_official_are_in_order_of_time_with_all_roles_in_one_row(client: Client) -> None:
    kim = official("kim")
    event("visit", "1964", (kim, "actor"))
    event("talks", "1962-05-04", (kim, "host"), (kim, "signatory"))
    text = text_of(client.get("/officials/kim/"))
    assert "Took part in 4 May 1962: Talks (host, signatory) 1964: Visit (actor)" in text


def test_a_long_list_of_events_is_folded_after_ten(client: Client) -> None:
    kim = official("kim")
    for year in range(1950, 1962):
        event(f"visit-{year}", str(year), (kim, "actor"))
    listed = client.get("/officials/kim/").content.decode().partition("<h2>Took part in</h2>")[2]
    first, _, rest = listed.partition('<details class="rest">')
    assert re.findall(r'href="/events/visit-(\d+)/"', first) == [str(year) for year in range(1950, 1960)]
    assert re.findall(r'href="/events/visit-(\d+)/"', rest) == ["1960", "1961"]
