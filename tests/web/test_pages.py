"""The pages: every record has one, it says all that is known, and reads well without style."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape, strip_tags

from archive.filters import FILTERSETS
from archive.models import Body, Citation, Event, Official, Outcome, Relation, Source, SpeechAct, Statement
from archive.registry import COLLECTIONS
from archive.web import detail
from tests.support import filter_records

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

PROBE = "/statements/2019-07-12-kim-you-geun-international-probe/"
CURBS = "/events/2019-07-04-japan-export-curbs-take-effect/"
MEASURE = "/measures/japan-export-curbs-on-three-materials/"
KINDS = [kind for kind in FILTERSETS if kind != "speech-acts"]


def text_of(response: Any) -> str:
    """What a reader reads of the main part."""
    main = response.content.decode().partition("<main")[2]
    main = main.partition(">")[2].replace("</dt>", "</dt> ").replace("</dd>", "</dd> ")
    return " ".join(strip_tags(main.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&")).split())


class _Outline(HTMLParser):
    """The headings and the ids of a page, and what is not closed."""

    void = ("base", "meta", "link", "input", "br", "img", "hr")

    def __init__(self) -> None:
        super().__init__()
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)
        self.ids += [value for name, value in attrs if name == "id"]
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def outline(response: Any) -> _Outline:
    result = _Outline()
    result.feed(response.content.decode())
    return result


def _pages() -> list[str]:
    pages = ["/", "/speech-acts/", "/search/", "/search/?q=kim", "/about/api/"]
    for kind in KINDS:
        slugs = FILTERSETS[kind]._meta.model.objects.filter(status="published").order_by("slug")
        pages += [f"/{kind}/{slug}/" for slug in slugs.values_list("slug", flat=True)[:4]]
    return pages


def test_every_page_has_one_heading_and_a_skip_link(client: Client) -> None:
    for page in _pages():
        response = client.get(page)
        assert response.status_code == 200, page
        result = outline(response)
        assert (result.wrong, result.open) == ([], []), page
        assert result.headings[0] == "h1"
        assert result.headings.count("h1") == 1, page
        assert set(result.headings) <= {"h1", "h2", "h3"}, page
        assert len(result.ids) == len(set(result.ids)), page
        content = response.content.decode()
        assert '<html lang="en">' in content
        assert '<a class="skip" href="#main">' in content
        assert 'id="main"' in content
        assert "None" not in text_of(response).replace("If-None-Match", ""), page


def test_every_link_of_the_record_pages_resolves(client: Client) -> None:
    seen = set()
    for page in [*_pages(), PROBE, CURBS, MEASURE, "/officials/kim-you-geun/"]:
        for link in re.findall(r'href="(/[^"#]*)', client.get(page).content.decode()):
            if not link.startswith(("/static/", "/api/", "/graphql/")):
                seen.add(link.replace("&amp;", "&"))
    assert len(seen) > 80
    assert [link for link in sorted(seen)[:150] if client.get(link).status_code != 200] == []


@pytest.mark.parametrize("kind", KINDS)
def test_the_number_of_statements_does_not_grow_with_the_page(client: Client, kind: str) -> None:
    most = 0
    for slug in FILTERSETS[kind]._meta.model.objects.filter(status="published").values_list("slug", flat=True)[:3]:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/{kind}/{slug}/")
        most = max(most, len(queries))
    assert 0 < most <= 45


def test_the_statement_says_who_spoke_in_which_offices_and_what_was_done(client: Client) -> None:
    text = text_of(client.get(PROBE))
    for part in (
        "12 July 2019 · press statement",
        "Speaker Kim You-geun",
        "First Deputy Director, National Security Office, 28 February 2019 – 24 July 2020",
        "Secretary General, National Security Council, 28 February 2019 – 24 July 2020",
        "On behalf of Cheong Wa Dae",
        "deputy chief of Cheong Wa Dae's national security office",
        "About Japan's individual licensing of exports of three materials to South Korea",
        "Proposal (open): An international panel looks into the issue. To Japan.",
        "Commitment (open): The government apologizes at once and puts the matter right. On condition: South Korea",
        "Demand (open): Japan apologizes. On condition:",
        'Regret: "strong regret" over the remarks of Japanese leaders',
        'Accusation: "irresponsible": remarks of Japanese leaders',
        "23 March 2023: fulfilled by The stricter licensing ends",
        "Supports: Cheong Wa Dae proposes an international probe into Japan's claim",
        "The Korea Herald (Yonhap), 12 July 2019",
    ):
        assert part in text, part


def test_a_disputed_figure_is_shown_with_both_sources(client: Client) -> None:
    act = Citation.objects.filter(stance="disputes", speech_act__isnull=False).first()
    assert act is not None
    page = text_of(client.get(f"/statements/{act.speech_act.statement.slug}/"))
    assert "Disputes:" in page
    assert act.source.title in page
    assert "156" in text_of(client.get(PROBE))


def test_the_curbs_say_who_did_it_what_it_answers_and_whose_reading_that_is(client: Client) -> None:
    text = text_of(client.get(CURBS))
    for part in (
        "4 July 2019",
        "Target: South Korea",
        "It retaliates for Supreme Court of Korea orders Nippon Steel",
        "Effective: Japan's individual licensing of exports of three materials to South Korea",
        "12 July 2019: Kim You-geun proposes an international probe",
    ):
        assert part in text, part
    disputed = Relation.objects.filter(kind="retaliates_for", citations__stance="disputes").first()
    assert disputed is not None
    assert "Disputes:" in text_of(client.get(f"/events/{disputed.from_event.slug}/"))


def test_what_relates_to_an_event_is_named_by_the_other_event(client: Client) -> None:
    announcing = Relation.objects.get(kind="announces", to_event__slug="2019-07-04-japan-export-curbs-take-effect")
    assert f"{announcing.from_event.name} (1 July 2019) announces it." in text_of(client.get(CURBS))


def test_the_measure_has_its_steps_goods_and_codes(client: Client) -> None:
    text = text_of(client.get(MEASURE))
    for part in (
        "In force: 4 July 2019 to 23 March 2023",
        "Imposed by Japan", "On South Korea", "hydrogen fluoride (etching gas)", "281111", "370790",
        "1 July 2019, announced:", "4 July 2019, effective:", "20 December 2019, eased:", "23 March 2023, lifted:",
    ):  # fmt: skip
        assert part in text, part


@pytest.mark.parametrize(
    ("page", "marked"),
    [
        ("/officials/kim-you-geun/", '<bdi lang="ko-Hang">김유근</bdi>'),
        ("/officials/abe-shinzo/", '<bdi lang="ja">安倍晋三</bdi>'),
    ],
)
def test_names_are_shown_in_their_script_with_their_language(client: Client, page: str, marked: str) -> None:
    assert marked in client.get(page).content.decode()


@pytest.mark.parametrize(
    "words",
    [
        "Another Cheong Wa Dae official on the probe and the next steps",
        "Japanese officials link the curbs with UN sanctions against North Korea",
        "Japanese media carry rumours of materials smuggled out of South Korea",
        "Cheong Wa Dae means to stay calm, with a diplomatic resolution in view",
        "South Korea calls Tokyo's claim a politically charged campaign",
    ],
)
def test_every_statement_of_the_article_is_found_and_cites_it(client: Client, words: str) -> None:
    statement = Statement.objects.get(name=words)
    assert words in text_of(client.get("/search/", {"q": words}))
    text = text_of(client.get(f"/statements/{statement.slug}/"))
    assert "Cheong Wa Dae proposes an international probe into Japan's claim" in text


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "ftp://x.org/a"])
def test_only_an_address_of_the_web_becomes_a_link(client: Client, address: str) -> None:
    # No door stores the first three; what writes SQL may.
    source = Source.objects.create(slug="s", title="T", status="published")
    Source.objects.filter(pk=source.pk).update(url=address, archived_url=address)
    page = client.get("/sources/s/").content.decode()
    assert f">{address}<" in page
    assert f'"{address}"' not in page
    for form in ("jsonld", "csl", "bibtex", "ris"):
        response = client.get("/api/v1/sources/", {"format": form})
        assert response.status_code == 200
        assert address not in b"".join(response).decode()
    assert address not in client.get("/oai?verb=ListRecords&metadataPrefix=oai_dc").content.decode()


def test_an_archived_address_stands_in_for_one_that_is_no_link(client: Client) -> None:
    source = Source.objects.create(slug="s", title="T", status="published", archived_url="https://archive.org/a")
    Source.objects.filter(pk=source.pk).update(url="javascript:alert(1)")
    assert "https://archive.org/a" in b"".join(client.get("/api/v1/sources/?format=ris")).decode()


def test_a_source_says_what_it_is_cited_for(client: Client) -> None:
    source = Citation.objects.filter(speech_act__isnull=False).first().source
    text = text_of(client.get(f"/sources/{source.slug}/"))
    assert "Cited for" in text
    assert "Supports:" not in text


def test_a_source_has_its_citations_by_kind_with_their_numbers(client: Client) -> None:
    source = Source.objects.create(slug="s", title="T", status="published")
    for event in Event.objects.visible_to(None)[:3]:
        Citation.objects.create(source=source, event=event)
    Citation.objects.create(source=source, body=Body.objects.get(slug="japan"))
    html = client.get("/sources/s/").content.decode()
    assert re.findall(r'<h3>(\w+) <span class="count">(\d+)</span></h3>', html) == [("Events", "3"), ("Bodies", "1")]


def test_sources_of_a_speech_act_that_stand_on_the_page_already_are_named_once(client: Client) -> None:
    statement = Statement.objects.visible_to(None).filter(speech_acts__ordinal=3)[0]
    Citation.objects.filter(speech_act__statement=statement).delete()
    Citation.objects.filter(statement=statement).delete()
    first, second, third = statement.speech_acts.order_by("ordinal")[:3]
    source = Source.objects.create(slug="s", title="Press of the day", status="published")
    for act, page in ((first, "p. 1"), (second, "p. 1"), (third, "p. 2")):
        Citation.objects.create(source=source, speech_act=act, locator=page)
    Citation.objects.create(source=source, statement=statement, locator="p. 2")
    html = client.get(f"/statements/{statement.slug}/").content.decode()
    assert html.count("p. 1") == html.count("p. 2") == 1
    assert f'<a href="#act-{first.ordinal}">those of speech act {first.ordinal}</a>' in html
    assert "<a href='#sources'>those of the statement</a>" in html
    assert '<section id="sources">' in html


def test_dates_are_time_elements_if_html_allows_the_value(client: Client) -> None:
    page = client.get(CURBS).content.decode()
    assert '<time datetime="2019-07-04">4 July 2019</time>' in page
    assert "<span>4 July 2019 to 23 March 2023</span>" in client.get(MEASURE).content.decode()


def test_unpublished_records_are_on_no_page(client: Client) -> None:
    Official.objects.filter(slug="kim-you-geun").update(status="draft")
    page = text_of(client.get(PROBE))
    assert "Speaker" not in page
    assert "First Deputy Director" not in page
    Event.objects.filter(slug__startswith="2023-03-23").update(status="draft")
    assert "fulfilled by" not in text_of(client.get(PROBE))
    ledger = client.get("/speech-acts/", {"speaker": "moon-jae-in"})
    assert ledger.status_code == 200


def test_a_draft_page_says_that_readers_do_not_see_it(client: Client, editor: Any) -> None:
    Event.objects.create(slug="2020-x", name="X", classification="meeting", date="2020")
    assert client.get("/events/2020-x/").status_code == 404
    client.force_login(editor)
    assert "Draft: readers do not see this page." in text_of(client.get("/events/2020-x/"))


def test_a_long_relation_ends_with_a_link_to_all_of_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the relation: none is cut off in silence, and each link has all that the page has, and more."""
    monkeypatch.setattr(detail, "MAX_RELATED", 1)
    cut: set[tuple[str, str]] = set()
    for kind, collection in COLLECTIONS.items():
        for record in collection.model._default_manager.visible_to(None)[:40] if collection.page else ():
            page_read = detail.read_page(kind, record.slug, None)
            assert page_read is not None
            relations = page_read.parts
            addresses = {name: address for name, address in relations.items() if name.startswith("more_") and address}
            if not {(kind, name) for name in addresses} - cut:
                continue
            page = client.get(f"/{kind}/{record.slug}/").content.decode()
            for name, address in addresses.items():
                if address is True:
                    assert "And more, which no page lists." in page
                    continue
                assert f'<a href="{escape(address)}">all of them</a>' in page, (kind, name)
                response = client.get(address)
                assert response.status_code == 200, address
                [row] = relations[name.removeprefix("more_")]
                if address.startswith("/search/") and hasattr(row, "slug") and "participant" not in address:
                    assert row.slug in response.content.decode()
            cut |= {(kind, name) for name in addresses}
    assert len(cut) > 20


def test_a_shared_link_with_tracking_parameters_is_the_page(client: Client) -> None:
    for path in (
        "/?utm_source=mail&fbclid=x",
        "/search/?q=kim&utm_source=mail",
        "/speech-acts/?gclid=1",
        f"{CURBS}?UTM_X=1",
    ):
        assert client.get(path).status_code == 200, path
    assert client.get("/api/v1/events/?utm_source=mail").status_code == 400
    assert client.get("/oembed", {"url": "http://testserver/?utm_source=mail"}).status_code == 200


def test_the_kinds_of_results_have_ids_of_their_own_in_every_language(client: Client) -> None:
    for prefix in ("", "/ko", "/ja"):
        page = client.get(f"{prefix}/search/?q=export").content.decode()
        ids = re.findall(r'id="(kind-[^"]*)"', page)
        assert len(ids) > 2
        assert len(set(ids)) == len(ids)
        assert f'<a href="{prefix}/search/" aria-current="page">' in page


def test_an_event_page_links_to_the_acts_that_it_settled(client: Client) -> None:
    outcome = Outcome.objects.filter(event__isnull=False).first()
    text = text_of(client.get(f"/events/{outcome.event.slug}/"))
    assert outcome.speech_act.text[:40] in text
    assert SpeechAct.objects.filter(pk=outcome.speech_act_id).exists()


def test_markup_in_a_record_is_escaped(client: Client) -> None:
    Event.objects.create(
        slug="2020-x", name="<script>alert(1)</script>", summary="<b>x</b>", classification="meeting", date="2020",
        status="published",
    )  # fmt: skip
    for page in ("/events/2020-x/", "/?date=2020"):
        content = client.get(page).content.decode()
        assert "<script>alert" not in content
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content


@pytest.mark.parametrize(
    ("died", "existed", "lifetime"),
    [
        ("1950-06-01", None, 'at the latest <time datetime="1950-06-01">1 June 1950</time>'),
        ("1950", "1940/1949-12-01", 'at the latest <time datetime="1949-12-01">1 December 1949</time>'),
        (None, "1940/..", "ongoing"),
    ],
)
def test_an_appointment_does_not_go_on_after_a_death_or_the_end_of_a_body(
    died: str | None, existed: str | None, lifetime: str
) -> None:
    who = filter_records.official("minister", died=died)
    post = filter_records.office("post", filter_records.body("house", existed=existed))
    filter_records.appointment("served", who, post, "1949-11-01", end_state="ongoing")
    spoken = filter_records.statement("said", "1949-11-02", speaker=who)
    spoken.fill_capacities()
    for path in ("officials/minister", "offices/post", "appointments/served", "statements/said"):
        assert lifetime in Client().get(f"/{path}/").content.decode(), path
