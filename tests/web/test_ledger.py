"""The ledger: who wants what from whom, and what had become of it by the end of a day."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from archive.models import Event, Outcome, SpeechAct, Statement
from archive.web import ledger, ledger_matrix
from tests.support import filter_records as make
from tests.web.test_pages import text_of
from tests.web.test_search_facets import bars, facet

pytestmark = pytest.mark.django_db


def cells(client: Client, query: str = "") -> list[list[str]]:
    """The matrix: its head and its rows, as a reader reads them."""
    page = client.get(f"/speech-acts/{query}").content.decode()
    table = re.search(r'<table class="matrix">.*?</table>', page, re.DOTALL)
    if table is None:
        return []
    rows = re.findall(r"<tr>(.*?)</tr>", re.sub(r'<span class="(sr|narrow)">.*?</span>', "", table[0]), re.DOTALL)
    return [
        [" ".join(re.sub("<[^>]+>", "", cell).split()) for cell in re.findall(r"<t[hd].*?</t[hd]>", row)]
        for row in rows
    ]  # fmt: skip


@pytest.fixture
def sides(db: None) -> dict[str, Any]:
    """South Korea demands something of Japan by a premier, Japan offers something to a ministry of South Korea."""
    korea, japan = make.state("KR"), make.state("JP")
    ministry = make.body("ministry", parent=korea)
    premier = make.official("premier", state=japan)
    demand = make.act(make.statement("demanded", "2019-07-12", body=korea), "demand", text="demanded")
    demand.addressee_officials.add(premier)
    offer = make.act(make.statement("offered", "2019-08", speaker=premier), "offer", text="offered")
    offer.addressee_bodies.add(ministry)
    make.outcome(demand, "2019-09-01", "fulfilled", event=make.event("talks", "2019-09-01"))
    return {"demand": demand, "offer": offer, "ministry": ministry, "premier": premier}


def test_the_matrix_counts_open_and_settled_acts_on_the_day(client: Client, sides: Any) -> None:
    head = ["", "Japan", "South Korea"]
    assert cells(client, "?day=2019-07-12") == [["", "Japan"], ["South Korea", "1 open"]]
    assert cells(client, "?day=2019-08-01") == [head, ["Japan", "–", "1 open"], ["South Korea", "1 open", "–"]]
    assert cells(client, "?day=2019-09-01") == [head, ["Japan", "–", "1 open"], ["South Korea", "1 settled", "–"]]
    assert cells(client) == cells(client, "?day=2019-09-01")


def test_the_matrix_can_be_read_after_the_same_counts_of_rest(client: Client, sides: Any) -> None:
    day, kinds = "2019-08-01", [("kind", kind) for kind in ledger.DEFAULT_KINDS]
    params = [("by", "country,addressee_country"), ("spans", "spread"), ("limit", "100"), ("state_on", day), *kinds]
    assert client.get(f"/api/v1/speech-acts/counts/?{urlencode([*params, ('date_before', day)])}").status_code == 200
    assert client.get(f"/api/v1/speech-acts/counts/?{urlencode(params)}").status_code == 200
    assert len(cells(client, f"?day={day}")) == 3


def test_the_matrix_and_the_list_have_the_acts_before_the_same_date(client: Client, sides: Any) -> None:
    query = "?date_before=2019-07-31&day=2019-09-01"
    assert cells(client, query) == [["", "Japan"], ["South Korea", "1 settled"]]
    assert "offered" not in text_of(client.get(f"/speech-acts/{query}"))


def test_acts_of_one_year_or_two_have_a_histogram_of_months(client: Client, sides: Any) -> None:
    page = client.get("/speech-acts/").content.decode()
    assert set(bars(page)) == {"2019-07", "2019-08"}
    assert page.count('id="bar-2019-') == 12
    assert bars(page)["2019-07"][0] == "?day=2019-09-01&date=2019-07"
    make.act(make.statement("again", "2020-02-01", body=make.body("club")), "demand", text="again")
    page = client.get("/speech-acts/").content.decode()
    assert set(bars(page)) == {"2019", "2020", "2019-07", "2019-08", "2020-02"}


def test_the_form_is_folded_with_what_is_chosen_in_its_summary(client: Client, sides: Any) -> None:
    def form(query: str) -> str:
        return (
            client.get(f"/speech-acts/{query}")
            .content.decode()
            .partition('id="search-form"')[2]
            .partition("</form>")[0]
        )

    folded = form("?kind=demand&addressee_country=JP")
    summary = folded.partition('<details class="fold"><summary>')[2].partition("</summary>")[0]
    assert "demand; Japan" in re.sub("<[^>]*>", "", summary)
    assert folded.index("</summary>") < folded.index('name="day"') < folded.index("</details>")
    assert '<details class="fold" open>' in form("?kind=demnd")


def test_each_number_leads_to_its_list(client: Client, sides: Any) -> None:
    page = client.get("/speech-acts/?day=2019-09-01").content.decode()
    links = [link.replace("&amp;", "&") for link in re.findall(r'<a href="(\?[^"]*)" class="state', page)]
    assert len(links) == 2
    texts = [text_of(client.get(f"/speech-acts/{link}")) for link in links]
    assert "offer: offered" in texts[0]
    assert "demand: demanded" not in texts[0]
    assert "demand: demanded" in texts[1]
    assert "offer: offered" not in texts[1]
    for link in links:
        assert cells(client, link) == cells(client, "?day=2019-09-01")  # the matrix is that of all sides


def test_a_row_has_state_days_and_the_event_that_settled_it(client: Client, sides: Any) -> None:
    page = client.get("/speech-acts/?day=2019-09-01&kind=demand")
    assert "fulfilled 1 September 2019 by talks Days open: 51" in text_of(page)
    assert '<a href="/events/talks/">' in page.content.decode()
    assert "open Days open: 50" in text_of(client.get("/speech-acts/?day=2019-08-31&kind=demand"))


def test_uncertain_dates_are_said_to_be(client: Client, sides: Any) -> None:
    make.outcome(sides["offer"], "2019-08/2019-10", "accepted")
    text = text_of(client.get("/speech-acts/?day=2019-08-15&kind=offer"))
    assert "open perhaps already accepted: August to October 2019 perhaps said later Days open: 0 to 14" in text
    assert "No speech acts match." in text_of(
        client.get("/speech-acts/?day=2019-08-15&kind=offer&show=open&certain=true")
    )
    assert cells(client, "?day=2019-08-15&certain=true") == [["", "Japan"], ["South Korea", "1 open"]]


def test_an_accusation_is_listed_and_calls_for_no_answer(client: Client, sides: Any) -> None:
    make.act(make.statement("accused", "2019-07-13", body=make.state("RU")), "accusation", text="accused")
    text = text_of(client.get("/speech-acts/?day=2019-07-13"))
    assert "accusation: accused" in text
    assert "calls for no answer" in text
    assert "accused" not in text_of(client.get("/speech-acts/?day=2019-07-13&show=open"))


def test_the_slider_leads_to_the_address_of_its_day(client: Client, sides: Any) -> None:
    page = client.get("/speech-acts/?kind=demand").content.decode()
    slider = re.search(r'name="at" min="(\d+)" max="(\d+)" value="(\d+)"', page)
    assert slider
    assert '<input type="hidden" name="kind" value="demand">' in page
    response = client.get("/speech-acts/", {"kind": "demand", "at": slider[1], "day": "2019-09-01", "cursor": "x"})
    assert (response.status_code, response["Location"]) == (302, "?kind=demand&day=2019-07-12")
    assert client.get("/speech-acts/", {"at": slider[2]})["Location"] == "?day=2019-09-01"


def test_filters_are_chips_that_lead_to_the_page_without_them(client: Client, sides: Any) -> None:
    page = client.get("/speech-acts/?day=2019-09-01&country=south-korea&show=settled&topic=").content.decode()
    chips = re.findall(r'<a href="([^"]*)"><span class="sr">Without </span>(.*?) <span', page)
    assert chips == [
        ("?day=2019-09-01&amp;show=settled", "who: <bdi>South Korea</bdi>"),
        ("?day=2019-09-01&amp;country=south-korea", "show: <bdi>settled</bdi>"),
    ]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("day=nonsense", "day: got 'nonsense', expected an EDTF date"),
        ("day=2019-02-30", "day: got '2019-02-30'"),
        ("day=a%00b", "day: got 'a\\x00b'"),
        ("at=tomorrow", "at: got 'tomorrow', expected the number of a day"),
        ("at=0", "at: got '0'"),
        ("at=99999999999", "at: got '99999999999'"),
        ("show=both", "show: got 'both', expected one of open, settled"),
        ("day=2019-08-01&day=2019-09-01", "day: got '2019-08-01, 2019-09-01', expected one value"),
        ("at=737000&at=737001", "at: got '737000, 737001', expected one value"),
        ("show=open&show=settled", "show: got 'open, settled', expected one value"),
        ("country=XX", "Who: got 'XX'"),
        ("addressee_country=japn", "From whom: got 'japn', expected the slug of a known state"),
        ("cursor=junk", "cursor: got 'junk'"),
    ],
)
def test_a_mistake_is_400_and_says_what_is_expected(client: Client, sides: Any, query: str, expected: str) -> None:
    response = client.get(f"/speech-acts/?{query}&kind=demand")
    assert response.status_code == 400
    assert expected in text_of(response)
    assert '<option value="demand" selected>' in response.content.decode()
    assert b"\x00" not in response.content


def test_a_refused_day_stays_in_the_form(client: Client, sides: Any) -> None:
    assert 'name="day" value="nonsense"' in client.get("/speech-acts/?day=nonsense").content.decode()


def test_a_day_before_the_first_leads_to_the_first(client: Client, sides: Any) -> None:
    page = client.get("/speech-acts/?day=1066-10-14")
    assert page.status_code == 200
    assert "Nothing of this was said by 14 October 1066: the first is of 12 July 2019." in text_of(page)
    assert client.get("/speech-acts/?day=9999-12-31").status_code == 200
    assert client.get("/speech-acts/?day=0001-01-01").status_code == 200


def test_without_records_the_page_says_so(client: Client) -> None:
    assert "No speech acts are published." in text_of(client.get("/speech-acts/"))
    assert "No speech acts match." in text_of(client.get("/speech-acts/?day=2019&kind=threat"))


def test_sides_without_a_state_are_in_the_list_alone(client: Client, db: None) -> None:
    make.act(make.statement("said", "2019-07-12", body=make.body("club")), "demand", text="said")
    text = text_of(client.get("/speech-acts/"))
    assert "No demand, offer or commitment had been made from one state to another by then." in text
    assert "demand: said" in text


def test_an_empty_matrix_of_a_filtered_list_speaks_of_the_filters_alone(client: Client, sides: Any) -> None:
    text = text_of(client.get("/speech-acts/?speaker=premier&day=2019-07-12"))
    assert "Among the speech acts with these filters, none that calls for an answer had been made" in text
    assert "No demand, offer or commitment had been made" not in text


@pytest.mark.usefixtures("dossier")
def test_the_kinds_beside_the_list_are_those_that_it_has(client: Client) -> None:
    page = client.get("/speech-acts/").content.decode()
    kinds = {name: count for name, (_, count) in facet(page, "kind").items()}
    assert {*kinds} <= {*ledger.DEFAULT_KINDS}
    assert f"{sum(kinds.values())} speech acts" in page
    assert "denial" in facet(client.get("/speech-acts/?kind=denial").content.decode(), "kind")


@pytest.mark.usefixtures("dossier")
def test_links_to_other_speech_acts_keep_the_day(client: Client) -> None:
    page = client.get("/speech-acts/?kind=demand&day=2019-08-01").content.decode()
    assert all("day=2019-08-01" in address for address, _ in facet(page, "kind").values())
    page = client.get("/speech-acts/").content.decode()
    assert {"day=2023-03-23" in address for address, _ in facet(page, "country").values()} == {True}
    assert all("day=2023-03-23" in address for address, _ in bars(page).values())


def test_of_many_sides_those_with_the_most_acts_are_shown(client: Client, db: None) -> None:
    codes = ("KR", "JP", "RU", "US", "CN", "FR", "DE", "IT", "ES", "PT")
    states = [make.state(code) for code in codes]
    for number, state in enumerate(states[1:], start=1):
        for turn in range(10 - number):
            act = make.act(make.statement(f"said-{number}-{turn}", "2019-07-12", body=states[0]), "demand")
            act.addressee_bodies.add(state)
    table = cells(client)
    assert [len(row) for row in table] == [ledger_matrix.MAX_SIDES] * 2
    assert table[1][1:] == ["9 open", "8 open", "7 open", "6 open", "5 open"]
    assert "as are those of other sides than these with the most" in text_of(client.get("/speech-acts/"))


def test_drafts_are_in_no_number_state_or_day(client: Client, editor: Any, sides: Any) -> None:
    public = cells(client, "?day=2020-01-01")
    first = client.get("/speech-acts/?day=2019-09-01").content
    hidden = make.statement("hidden", "2018-01-01", body=make.state("KR"), status="draft")
    make.act(hidden, "demand").addressee_bodies.add(make.state("JP"))
    secret = make.event("secret", "2021-01-01", status="draft")
    make.outcome(sides["offer"], "2019-08-20", "rejected", event=secret)
    assert client.get("/speech-acts/?day=2019-09-01").content == first
    assert cells(client, "?day=2020-01-01") == public
    client.force_login(editor)
    assert cells(client, "?day=2021-01-01")[1:] == [
        ["Japan", "–", "1 settled"],
        ["South Korea", "1 open 1 settled", "–"],
    ]


def test_an_unpublished_addressee_is_no_side(client: Client, sides: Any) -> None:
    type(sides["premier"]).objects.filter(pk=sides["premier"].pk).update(status="draft")
    assert cells(client, "?day=2019-07-12") == []
    assert "nobody named" in text_of(client.get("/speech-acts/?day=2019-07-12"))


def test_the_pages_of_the_list_hold_the_day(client: Client, monkeypatch: pytest.MonkeyPatch, sides: Any) -> None:
    monkeypatch.setattr(ledger, "PAGE_SIZE", 1)
    page = client.get("/speech-acts/?day=2019-08-15").content.decode()
    following = re.search(r'<a href="(\?[^"]+)" rel="next">', page)
    assert following
    text = text_of(client.get("/speech-acts/" + following[1].replace("&amp;", "&")))
    assert "One by one on 15 August 2019" in text
    assert "offer: offered" in text


@pytest.mark.usefixtures("dossier")
def test_a_dossier_with_demands_leads_to_its_ledger(client: Client) -> None:
    link = "/speech-acts/?dossier=japan-south-korea-export-controls"
    assert f'<a href="{link}">' in client.get("/dossiers/japan-south-korea-export-controls/").content.decode()
    assert "dossier: The dispute over Japan's export controls, 2018 to 2023" in text_of(client.get(link))
    SpeechAct.objects.exclude(kind="denial").delete()
    assert link not in client.get("/dossiers/japan-south-korea-export-controls/").content.decode()


@pytest.mark.usefixtures("dossier")
def test_the_state_on_the_page_is_that_of_the_filter(client: Client) -> None:
    for day in ("2019-07-04", "2019-07-31", "2023-03-23"):
        page = client.get(f"/speech-acts/?day={day}&show=settled").content.decode()
        body = page.partition('<table class="ledger">')[2]
        expected = client.get(
            f"/api/v1/speech-acts/?state_on={day}&state=fulfilled&state=superseded&fields=slug&limit=100"
        ).json()["results"]
        assert body.count("<tr>") == len(expected) + bool(expected)
    assert Outcome.objects.count() == 3
    assert Event.objects.exists()
    assert SpeechAct.objects.count() > Statement.objects.count() / 2
