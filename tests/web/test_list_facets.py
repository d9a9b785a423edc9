"""The facets, chips and histograms of the list of events and of the ledger, as those of the search."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from archive.models import Dossier, Measure, Office
from archive.web import facets
from archive.web.forms import FormField, offer_values
from tests.support import filter_records as make
from tests.web.test_search_facets import bars, facet

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

CHIP = r'<a href="([^"]+)"><span class="sr">Without </span>(.*?) <span'
OPTION = r'<option value="([^"]*)"( selected)?(?: lang="\w+")?>([^<]*)</option>'


def page(client: Client, path: str, query: str = "") -> str:
    response = client.get(path + query.removeprefix(path))
    assert response.status_code == 200, query
    return response.content.decode()


def total(content: str) -> int:
    [text] = re.findall(r'class="found-total" tabindex="-1">([^<]*)<', content)
    return int(text.split()[0]) if text[:1].isdigit() else 0


def chips(content: str) -> list[str]:
    return [unescape(re.sub("<[^>]*>", "", text)).strip() for _, text in re.findall(CHIP, content)]


def rows(content: str) -> int:
    """The rows of a list on its only page."""
    assert 'rel="next"' not in content
    if "<h2>Events</h2>" in content:
        listed = content.partition('<ol class="timeline by-year">')[2].partition("</ol>")[0]
        return len(re.findall(r"<li(?! class=\"none\")", listed))
    return content.partition('<table class="ledger">')[2].partition("</table>")[0].count("<tr>\n")


def options(content: str, name: str) -> dict[str, tuple[str, bool]]:
    """The values of a field of the form with their labels, and whether each is selected."""
    [field] = re.findall(rf'<select id="filter-{name}".*?</select>', content)
    return {value: (unescape(label), bool(selected)) for value, selected, label in re.findall(OPTION, field)}


@pytest.mark.parametrize(
    ("path", "query", "chip"),
    [
        ("/search/", "topic=export-controls&country=FR&q=zzzz", "topic: Export controls"),
        ("/search/", "topic=export-controls&country=FR&q=zzzz", "country: France"),
        (
            "/search/",
            "kind=events&classification=multilateral_meeting&country=FR",
            "classification: meeting of an international body",
        ),
        ("/search/", "speaker=kim-you-geun&q=zzzz", "speaker: Kim You-geun"),
        ("/search/", "office=ambassador-of-japan-to-south-korea&q=zzzz", "office: {office}"),
        ("/", "participant=FR&topic=export-controls", "participant: France"),
        ("/", "dossier=japan-south-korea-export-controls&date=1801", "dossier: {dossier}"),
        ("/", "measure=japan-export-curbs-on-three-materials&date=1801", "measure: {measure}"),
        ("/speech-acts/", "country=FR&kind=threat", "who: France"),
        ("/speech-acts/", "country=FR&kind=threat&state=partly_fulfilled", "state: partly fulfilled"),
        ("/speech-acts/", "addressee=kim-you-geun&show=open&q=zzzz", "addressee: Kim You-geun"),
    ],
)
def test_a_chip_of_an_empty_list_has_the_name_of_the_record(client: Client, path: str, query: str, chip: str) -> None:
    measure = Measure.objects.get(slug="japan-export-curbs-on-three-materials")
    office = Office.objects.get(slug="ambassador-of-japan-to-south-korea")
    names = {"dossier": str(Dossier.objects.get()), "measure": measure.name, "office": str(office)}
    content = page(client, path, f"?{query}")
    assert total(content) == 0 if "found-total" in content else "No speech acts match" in content
    assert chip.format(**names) in chips(content)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/", "topic=export-controls&country=FR&date=1801"),
        ("/search/", "topic=export-controls&country=FR&q=zzzz"),
        ("/speech-acts/", "country=FR&kind=threat"),
    ],
)
def test_the_form_of_an_empty_list_has_the_names_of_what_was_chosen(client: Client, path: str, query: str) -> None:
    content = page(client, path, f"?{query}")
    assert options(content, "country")["france"] == ("France", True)
    if "topic" in query:
        assert options(content, "topic") == {"": ("any", False), "export-controls": ("Export controls", True)}


def test_the_form_of_an_empty_list_keeps_its_lists_of_values(client: Client) -> None:
    content = page(client, "/", "?q=gsomia&classification=summit")
    for name in ("topic", "country", "participant"):
        assert options(content, name) == {"": ("any", True)}


def test_a_chip_has_the_name_of_the_record_of_its_own_filter(client: Client) -> None:
    make.topic("japan", name="The study of Japan")
    assert chips(page(client, "/", "?topic=japan&country=JP")) == ["topic: The study of Japan", "country: Japan"]


@pytest.mark.parametrize(
    ("path", "query", "names"),
    [
        ("/", "?topic=export-controls", ("classification", "country", "participant")),
        ("/", "?q=japan&country=south-korea", ("topic", "classification")),
        ("/speech-acts/", "?day=2019-08-01", ("kind", "country", "addressee_country")),
        ("/speech-acts/", "?show=open&country=south-korea", ("topic", "kind")),
    ],
)
def test_each_facet_and_bar_leads_to_as_many_as_it_says(
    client: Client, path: str, query: str, names: tuple[str, ...]
) -> None:
    content = page(client, path, query)
    assert total(content) == rows(content)
    for name in names:
        values = facet(content, name)
        assert values, name
        for address, count in values.values():
            narrowed = page(client, path, address)
            assert (total(narrowed), rows(narrowed)) == (count, count), address
    years = bars(content)
    assert years
    for address, label in [*years.values()][-3:]:
        count = int(re.search(r": (\d+) record", label)[1])  # type: ignore[index]
        assert rows(page(client, path, address)) == count, address


def test_a_chosen_value_is_a_chip_and_an_option_with_its_name(client: Client) -> None:
    content = page(client, "/", "?topic=gsomia&participant=japan")
    chips = [(unescape(address), text) for address, text in re.findall(CHIP, content)]
    assert chips == [
        ("?participant=japan", "topic: <bdi>Military intelligence sharing (GSOMIA)</bdi>"),
        ("?topic=gsomia", "participant: <bdi>Japan</bdi>"),
    ]
    assert options(content, "participant")["japan"] == ("Japan", True)
    assert facet(content, "topic")["gsomia"][0] == "?participant=japan"


def test_without_filters_the_list_has_no_chips_and_removing_the_last_leads_to_all_events(client: Client) -> None:
    assert not re.findall(CHIP, page(client, "/"))
    assert [address for address, _ in re.findall(CHIP, page(client, "/", "?topic=gsomia"))] == ["/"]


def test_the_ledger_offers_the_sides_by_name(client: Client) -> None:
    content = page(client, "/speech-acts/", "?addressee_country=japan")
    assert options(content, "country")["south-korea"] == ("South Korea", False)
    assert options(content, "addressee_country")["japan"] == ("Japan", True)
    by_code = options(page(client, "/speech-acts/", "?country=KR&addressee_country=jp"), "country")
    assert by_code["south-korea"] == ("South Korea", True)
    assert "KR" not in by_code


@pytest.mark.parametrize(
    ("address", "code", "slug"),
    [
        ("/?topic=export-controls&country={}", "KR", "south-korea"), ("/?country={}&date=1801", "jp", "japan"),
        ("/?participant={}&classification=meeting", "JP", "japan"), ("/?target={}&country={}", "KR", "south-korea"),
        ("/search/?country={}", "JP", "japan"), ("/search/?q=export&country={}", "KR", "south-korea"),
        ("/search/?kind=statements&country={}&body={}", "JP", "japan"),
        ("/search/?kind=officials&country={}", "KR", "south-korea"),
        ("/speech-acts/?country={}&addressee_country=japan", "KR", "south-korea"),
    ],
)  # fmt: skip
def test_a_state_chosen_by_its_code_is_shown_and_removed_as_by_its_slug(
    client: Client, address: str, code: str, slug: str
) -> None:
    by_code, by_slug = (page(client, address.replace("{}", value)) for value in (code, slug))
    found, same = (content.partition('id="found"')[2].partition("</main>")[0] for content in (by_code, by_slug))
    chips = re.findall(CHIP, by_code)
    name = {"japan": "Japan", "south-korea": "South Korea"}[slug]
    assert any(text.endswith(f"<bdi>{name}</bdi>") for _, text in chips)
    assert not any(code in unescape(href) for href, _ in chips)
    if "1801" not in address:
        assert found == same
    removed = next(unescape(href) for href, text in chips if text.endswith(f"<bdi>{name}</bdi>"))
    path = address.partition("?")[0]
    left = re.findall(CHIP, page(client, path if removed in (".", path) else path + removed))
    assert len(left) == len(chips) - 1


def test_a_code_and_a_slug_of_one_state_are_one_value(client: Client) -> None:
    content = page(client, "/", "?country=JP&country=japan&country=KR")
    assert re.findall(CHIP, content) == [
        ("?country=south-korea", "country: <bdi>Japan</bdi>"), ("?country=japan", "country: <bdi>South Korea</bdi>"),
    ]  # fmt: skip
    assert facet(content, "country")["japan"][0] == "?country=south-korea"


def test_what_is_no_code_of_a_state_stays_as_it_is(client: Client) -> None:
    make.state("DE").delete()
    for query in ("?country=DE", "?country=ZZ", "?topic=JP"):
        response = client.get(f"/{query}")
        assert response.status_code == 400
        assert f"got '{query[-2:]}'" in unescape(response.content.decode())


def test_a_side_that_readers_do_not_see_is_not_offered(client: Client, editor: Any) -> None:
    make.act(make.statement("hidden", "2019-07-12", body=make.state("FR"), status="draft"), "demand")
    assert "france" not in page(client, "/speech-acts/").lower()
    client.force_login(editor)
    assert make.state("FR").slug in options(page(client, "/speech-acts/"), "country")


def test_with_more_values_than_are_counted_a_field_takes_others_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MAX_LIMIT", 1)
    content = page(client, "/speech-acts/")
    [listed] = re.findall(r'<input id="filter-country"[^>]*list="list-country"><datalist.*?</datalist>', content)
    assert len(re.findall(OPTION, listed)) == 1
    field = FormField("state", "state", "", "", [("a", "A")])
    offer_values([field], {"state": [("b", "B")]}, (), {})
    assert field.choices == [("a", "A")]


def test_a_facet_has_the_values_with_the_most_records_and_the_chosen_ones(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    topics = facet(page(client, "/"), "topic")
    monkeypatch.setattr(facets, "_MAX_VALUES", 2)
    content = page(client, "/")
    assert [*facet(content, "topic")] == [*topics][:2]
    assert "More in the form above" in content.partition("<h2>Topic</h2>")[2].partition("</section>")[0]
    last = [*topics][-1]
    content = page(client, "/", f"?topic={last}")
    assert [*facet(content, "topic")] == [*[*topics][:2], last]
    monkeypatch.setattr(facets, "_MAX_VALUES", len(topics))
    assert "More in the form above" not in page(client, "/").partition("<h2>Topic</h2>")[2].partition("</section>")[0]


@pytest.mark.parametrize("path", ["/", "/speech-acts/", "/search/?country=JP"])
def test_the_form_has_a_field_for_each_facet(client: Client, path: str) -> None:
    content = page(client, path)
    names = {*re.findall(r'id="facet-([a-z_]+)-', content)}
    assert len(names) >= 2
    assert all(f'id="filter-{name}"' in content for name in names)


def test_no_bar_is_after_the_chosen_day(client: Client) -> None:
    assert max(bars(page(client, "/speech-acts/", "?day=2019-08-01"))) == "2019-07"


@pytest.mark.parametrize(("language", "label"), [("ko", "기록철"), ("ja", "資料集")])
def test_chips_are_in_the_language_of_the_page(client: Client, language: str, label: str) -> None:
    for path in ("/", "/speech-acts/", "/search/"):
        content = page(client, f"/{language}{path}", "?dossier=japan-south-korea-export-controls")
        assert f'{label}: <bdi lang="en">' in content.partition('class="chips"')[2], path


@pytest.mark.parametrize("path", ["/", "/speech-acts/"])
def test_wrong_filters_are_in_the_part_that_htmx_replaces(client: Client, path: str) -> None:
    response = client.get(path, {"topic": "gsomai"})
    assert response.status_code == 400
    content = response.content.decode()
    assert "Did you mean &#x27;gsomia" in content.partition('id="found"')[2]
    assert "found-total" not in content


@pytest.mark.parametrize(("path", "name", "value", "label"), [
    ("/timeline/", "topic", "export-controls", "Export controls"),
    ("/timeline/", "country", "JP", "Japan"),
    ("/speech-acts/", "speaker", "moon-jae-in", "Moon Jae-in"),
    ("/speech-acts/", "addressee", "japan", "Japan"),
])  # fmt: skip
def test_a_field_offers_the_records_by_their_names(
    client: Client, path: str, name: str, value: str, label: str
) -> None:
    offered = options(page(client, path), name)
    assert (label, False) in offered.values()
    chosen = options(page(client, path, f"?{name}={value}"), name)
    assert [shown for shown in chosen.values() if shown[1]] == [(label, True)]
    assert len(chosen) == len(offered)


def test_the_timeline_offers_topics_of_its_kinds_and_countries_of_its_topic(client: Client) -> None:
    assert "wto-dispute" in options(page(client, "/timeline/"), "topic")
    assert "wto-dispute" not in options(page(client, "/timeline/", "?kind=measure"), "topic")
    assert set(options(page(client, "/timeline/", "?topic=wto-dispute"), "country")) < set(
        options(page(client, "/timeline/"), "country")
    )


def test_a_field_of_the_timeline_with_many_values_takes_others_too(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(facets, "MAX_LIMIT", 2)
    content = page(client, "/timeline/")
    assert re.search(r'<input id="filter-topic"[^>]*list="list-topic"><datalist.*?</datalist>', content)


@pytest.mark.parametrize(("path", "message"), [
    ("/timeline/?topic=export-contrls", "Topic: got 'export-contrls', expected the slug of a known topic. "
     "Did you mean 'export-controls'?"),
    ("/timeline/?country=japn", "Country: got 'japn', expected the slug of a known state, or a state's ISO 3166 code. "
     "Did you mean 'japan'?"),
    ("/speech-acts/?speaker=moon-jae-inn", "Speaker: got 'moon-jae-inn', expected the slug of a known official. "
     "Did you mean 'moon-jae-in'?"),
    ("/speech-acts/?addressee_country=japn", "From whom: got 'japn', expected the slug of a known state, or a state's "
     "ISO 3166 code. Did you mean 'japan'?"),
    ("/ko/timeline/?topic=export-contrls", "주제: ‘export-contrls’은(는) 쓸 수 없는 값입니다. "),
    ("/search/?q=japan&order_by=name", "Order by: got 'name', expected no order: a search lists the best"),
    ("/search/?q=japan&ordr_by=name", "ordr_by: got 'name', expected no order: a search lists the best matches"),
    ("/search/?kind=events&order_by=nam", "Did you mean 'name'?"),
    ("/search/?kind=events&ordr_by=name", "Did you mean 'order_by'?"),
])  # fmt: skip
def test_a_mistake_is_named_as_in_the_form_with_the_suggestion(client: Client, path: str, message: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    [problem] = re.findall(
        r'<(?:p|span id="wrong-\w+") role="alert"(?: class="problem")?>(.*?)</(?:p|span)>', response.content.decode()
    )
    assert message in unescape(problem)
