"""The search's facets, chips and histograms: links that narrow it, with the numbers that they will find."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from archive.models import Event, Topic
from archive.registry import COLLECTIONS
from archive.search.ranking import kind_names
from archive.sql.query import CompiledQuery
from tests.web.test_pages import text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

LINK = r'<li><a href="([^"]+)" id="facet-{0}-([^"]+)"( aria-current="true")?><bdi>([^<]+)</bdi></a> '
FACET = LINK + r'<span class="count">(\d+)</span></li>'
BAR = r'<a href="([^"]+)" id="bar-([^"]+)" class="bar( chosen)?"><title>([^<]+)</title>'


def page(client: Client, query: str) -> str:
    response = client.get(f"/search/{query}")
    assert response.status_code == 200, query
    return response.content.decode()


def facet(content: str, name: str) -> dict[str, tuple[str, int]]:
    rows = re.findall(FACET.format(name), content)
    return {value: (unescape(address), int(count)) for address, value, _, _, count in rows}


def bars(content: str) -> dict[str, tuple[str, str]]:
    return {value: (unescape(address), label) for address, value, _, label in re.findall(BAR, content)}


def total(content: str) -> int:
    [text] = re.findall(r'class="found-total" tabindex="-1">([^<]+)<', content)
    return int(text.split()[0]) if text[:1].isdigit() else 0


def test_each_facet_finds_as_many_as_it_says(client: Client) -> None:
    content = page(client, "?q=japan")
    for name in ("topic", "country"):
        values = facet(content, name)
        assert len(values) > 1
        for address, count in values.values():
            assert total(page(client, address)) == count, address


def test_a_bar_without_records_is_a_link_only_beside_a_chosen_period(client: Client) -> None:
    empty = r'<a (href="[^"]+" )?id="bar-2021" class="bar"><title>2021: 0 records([^<]*)</title>'
    assert re.findall(empty, page(client, "?q=japan&kind=events")) == [("", "")]
    [(address, action)] = re.findall(empty, page(client, "?q=japan&kind=events&date=2020"))
    assert (address != "", action) == (True, ". End there.")


def test_each_bar_finds_as_many_as_it_says(client: Client) -> None:
    for query in ("?q=japan&kind=events", "?q=japan&kind=measures", "?q=japan&kind=events&date=2019"):
        years = bars(page(client, query))
        assert years
        for address, label in years.values():
            if "Choose it." in label:
                count = int(re.search(r": (\d+) record", label)[1])  # type: ignore[index]
                assert total(page(client, address)) == count, (query, label)


def test_two_bars_choose_a_range_and_a_third_step_gives_it_up(client: Client) -> None:
    first = bars(page(client, "?q=japan&cursor="))["2020"][0]
    assert first == "?q=japan&date=2020"
    content = page(client, first)
    assert bars(content)["2020"] == ("?q=japan", "2020: 4 records, chosen. Choose none.")
    both = bars(content)["2022"][0]
    assert both == "?q=japan&date=2020%2F2022"
    chosen = {value for value, (_, label) in bars(page(client, both)).items() if ", chosen" in label}
    assert chosen == {"2020", "2021", "2022"}


def test_two_chosen_years_have_their_months(client: Client) -> None:
    content = page(client, "?q=japan&date=2019/2020")
    months = [f"{year}-{month:02}" for year in (2019, 2020) for month in range(1, 13)]
    assert re.findall(r'id="bar-(\d{4}-\d\d)"', content) == months
    assert "-0" not in "".join(re.findall(r'id="bar-([^"]*)"', page(client, "?q=japan&date=2019/2021")))


def test_words_that_match_are_marked_in_the_titles_of_results(client: Client) -> None:
    content = page(client, "?q=probe&date=2019-07-12")
    assert "<bdi>Kim You-geun proposes an international <mark>probe</mark></bdi>" in content
    assert "<bdi>Kim You-geun</bdi>" in page(client, "?q=김유근")


def test_a_chosen_year_has_its_months(client: Client) -> None:
    content = page(client, "?q=japan&date=2019")
    assert re.findall(r'id="bar-(2019-\d\d)"', content) == [f"2019-{month:02}" for month in range(1, 13)]
    assert "Months of 2019" in content
    july = bars(content)["2019-07"][0]
    assert july == "?q=japan&date=2019-07"
    after = bars(page(client, july))
    assert after["2019-07"][0] == "?q=japan&date=2019"
    assert after["2019-09"][0] == "?q=japan&date=2019-07%2F2019-09"


def test_a_chosen_value_is_marked_and_leads_back(client: Client) -> None:
    content = page(client, "?q=japan&topic=gsomia")
    assert re.search(r'id="facet-topic-gsomia" aria-current="true"', content)
    assert facet(content, "topic")["gsomia"][0] == "?q=japan"
    # Other values are counted as if this one were not chosen, and are added to it.
    assert facet(content, "topic")["wartime-labour"][0] == "?q=japan&topic=gsomia&topic=wartime-labour"
    [chip] = re.findall(r'<a href="([^"]+)"><span class="sr">Without </span>topic: <bdi>Military intelligence', content)
    assert unescape(chip) == "?q=japan"


def test_the_form_sends_what_it_has_no_field_for(client: Client) -> None:
    content = page(client, "?q=japan&kind=events&topic=gsomia&topic=wartime-labour&participant=JP")
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)">', content)
    assert hidden == [
        ("kind", "events"), ("topic", "gsomia"), ("topic", "wartime-labour"), ("participant", "japan"),
    ]  # fmt: skip


def test_the_form_offers_values_before_anything_was_searched_for(client: Client) -> None:
    content = page(client, "")
    assert '<option value="export-controls">Export controls</option>' in content
    assert '<option value="japan">Japan</option>' in content
    assert 'class="facets"' not in content


def test_results_and_facets_take_one_statement(client: Client) -> None:
    for query in ("?q=japan", "?q=japan&date=2019", "?q=kim&kind=officials"):
        page(client, query)
        with CaptureQueriesContext(connection) as ran:
            page(client, query)
        assert len(ran) == 1, query


def test_drafts_are_in_no_count(client: Client, editor: Any) -> None:
    before = page(client, "?q=japan")
    topic = Topic.objects.create(slug="secret", name="Secret", status="draft")
    event = Event.objects.create(slug="x", name="Japan", classification="meeting", date="1987", status="draft")
    event.topics.add(topic)
    assert page(client, "?q=japan") == before
    client.force_login(editor)
    assert "1987" in bars(page(client, "?q=japan"))


def test_a_search_over_centuries_has_decades(client: Client) -> None:
    for year in (1866, 1876, 1965):
        Event.objects.create(
            slug=f"x-{year}", name="Zebra", classification="meeting", date=str(year), status="published"
        )
    decades = bars(page(client, "?q=zebra"))
    assert next(iter(decades)) == "186X"
    assert decades["187X"] == ("?q=zebra&date=187X", "1870s: 1 record. Choose it.")
    both = bars(page(client, "?q=zebra&date=186X"))["187X"][0]
    assert both == "?q=zebra&date=1860%2F1879"
    assert total(page(client, both)) == 2


def test_filters_without_words_have_facets_too(client: Client) -> None:
    content = page(client, "?topic=export-controls")
    assert facet(content, "country")
    assert bars(content)
    assert "The first of each kind" in content or re.search(r">\d+ results?<", content)


@pytest.mark.parametrize("kind", list(kind_names()))
def test_each_kind_has_a_list_of_all_its_records(client: Client, kind: str) -> None:
    first = page(client, "")
    assert f'href="?kind={kind}"' in first
    slugs: list[str] = []
    query = f"?kind={kind}"
    while query:
        content = page(client, query)
        slugs += re.findall(rf'<p class="what"><a href="/{kind}/([^/"]+)/"', content.partition('class="found-rows"')[2])
        following = re.search(r'<a href="([^"]+)" rel="next">', content)
        query = unescape(following[1]) if following else ""
    visible = COLLECTIONS[kind].model._default_manager.visible_to(None)  # type: ignore[attr-defined]
    assert sorted(slugs) == sorted(visible.values_list("slug", flat=True))


def test_a_list_of_one_kind_takes_its_filters_and_refuses_others(client: Client) -> None:
    content = page(client, "?kind=officials&country=JP")
    assert (
        0
        < content.count('<p class="what"><a href="/officials/')
        < page(client, "?kind=officials").count('<p class="what"><a href="/officials/')
    )
    assert "/api/v1/officials/?country=japan" in unescape(content)
    for query, status in (("?kind=official", 400), ("?kind=topics&date=2019", 400), ("?kind=events&cursor=x", 400)):
        response = client.get(f"/search/{query}")
        assert response.status_code == status, query
        assert "expected" in text_of(response)


@pytest.mark.parametrize(
    "query", ["?q=japan&date=0001/9999", "?q=japan&date=..", "?q=japan&date=2019&date=2020", "?q=xyzzy",
              "?q=japan&date=0001", "?q=japan&date=9999-12-31", "?q=japan&date=[2019,2020]", "?q=japan&date=201X"],
)  # fmt: skip
def test_no_period_breaks_the_page(client: Client, query: str) -> None:
    response = client.get(f"/search/{query}")
    assert response.status_code in (200, 400)
    assert text_of(response)


def test_wrong_filters_are_answered_as_before(client: Client) -> None:
    for query, message in (("?q=japan&date=2019-13", "Date: got"), ("?q=japan&topic=gsomai", "Did you mean 'gsomia'")):
        response = client.get(f"/search/{query}")
        assert response.status_code == 400
        assert message in text_of(response)
        assert "found-total" not in response.content.decode()


@pytest.mark.parametrize(("dates", "chosen"), [(("0918", "0936"), "0918"), (("0005", "0120"), "0001/0009")])
def test_bars_of_the_first_millennium_lead_to_their_records(
    client: Client, dates: tuple[str, str], chosen: str
) -> None:
    """Years have four digits in addresses, and decades begin with the year 1."""
    topic = Topic.objects.create(slug="goryeo", name="Goryeo", status="published")
    for date in dates:
        event = Event.objects.create(
            slug=f"event-{date}", name="A founding", date=date, classification="decision", status="published"
        )
        event.topics.add(topic)
    for query in ("?q=founding", f"?q=founding&date={chosen}", "?topic=goryeo"):
        values = list(bars(page(client, query)).values())
        assert values, query
        for address, _ in [*values[:2], values[-1]]:
            page(client, address)
    assert total(page(client, f"?q=founding&kind=events&date={chosen}")) == 1


def test_the_longest_search_has_results_and_facets(client: Client) -> None:
    content = page(client, f"?q=japan+OR+{'x' * 991}")
    assert total(content) > 0
    assert 'id="facet-' in content


def test_a_chip_of_words_has_the_words_that_were_typed(client: Client) -> None:
    """ "meeting" is also the value of a classification."""
    response = client.get("/?q=meeting")
    assert [chip.value for chip in response.context["chips"] if "q=" not in chip.href] == ["meeting"]


def test_a_search_between_two_states_of_the_archive_says_so(client: Client) -> None:
    """A query has no answer where a filter names no visible record; the check after it finds the record."""
    with mock.patch.object(CompiledQuery, "run", return_value=None):
        response = client.get("/search/?q=export")
    assert response.status_code == 409
    assert "Send the request again." in response.content.decode()


@pytest.mark.parametrize(("kind", "heading"), [("officials", "Officials"), ("offices", "Offices")])
def test_a_list_of_a_kind_has_its_name_as_heading_and_counts_its_records(kind: str, heading: str) -> None:
    page = Client().get(f"/search/?kind={kind}").content.decode()
    assert re.findall(r"<h1>(.*?)</h1>", page) == [heading]
    rows = page.partition('<ul class="timeline">')[2].partition("</ul>")[0].count("<li>")
    assert f">{rows} results</p>" in page
