"""BibTeX, RIS, CSL-JSON and TimelineJS of records, as readers that are not ours take them."""

from __future__ import annotations

import json
from html import unescape
from typing import Any

import bibtexparser
import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON

from archive.models import Body, Event, Measure, Official, Source, Statement
from archive.registry import page_names
from tests.rest.test_renderers import text
from tests.support.rest_client import CURBS, STATEMENT, RestClient

pytestmark = pytest.mark.django_db
HOSTILE = 'x{y}} @misc{z, \\title "ü" 100% & $5 #1 a_b ~^ 김유근 <script>'


def _bibtex(public: RestClient, address: str) -> dict[str, Any]:
    """Key -> the fields of each entry, all of which bibtexparser reads."""
    library = bibtexparser.parse_string(text(public.get(f"{address}format=bibtex")))
    assert not library.failed_blocks
    return {entry.key: {field.key: field.value for field in entry.fields} for entry in library.entries}


def _ris(public: RestClient, address: str) -> list[dict[str, Any]]:
    return rispy.loads(text(public.get(f"{address}format=ris")))


def _csl(public: RestClient, address: str) -> list[dict[str, Any]]:
    return json.loads(text(public.get(f"{address}format=csl")))  # type: ignore[no-any-return]


def test_a_statement_is_cited_by_its_speaker_title_and_date(public: RestClient) -> None:
    address = f"statements/{STATEMENT}/?"
    [item] = _csl(public, address)
    assert item["author"] == [{"literal": "Kim You-geun"}]
    assert item["issued"] == {"date-parts": [[2019, 7, 12]]}
    assert (item["container-title"], item["URL"]) == ("Chancery", f"http://testserver/statements/{STATEMENT}/")
    entry = _bibtex(public, address)[f"statements:{STATEMENT}"]
    assert (entry["author"], entry["date"], entry["year"]) == ("{Kim You-geun}", "2019-07-12", "2019")
    assert entry["title"] == f"{{{item['title']}}}"
    [record] = _ris(public, address)
    assert (record["authors"], record["date"], record["year"]) == (["Kim You-geun"], "2019/07/12/", "2019")
    assert record["urls"] == [item["URL"]]


def test_a_source_is_cited_as_the_document(public: RestClient) -> None:
    medium = Body.objects.create(slug="m", name="The Herald", kind="medium", status="published")
    Source.objects.create(
        slug="s", title="A report", publisher=medium, author="Kim", published="2019-07", status="published",
        url="https://example.org/a_b?c=%20d",
    )  # fmt: skip
    [item] = _csl(public, "sources/s/?")
    assert (item["type"], item["container-title"], item["URL"]) == (
        "article-newspaper", "The Herald", "https://example.org/a_b?c=%20d",
    )  # fmt: skip
    entry = _bibtex(public, "sources/s/?")["sources:s"]
    assert (entry["journal"], entry["url"]) == ("The Herald", "https://example.org/a_b?c=%20d")
    [record] = _ris(public, "sources/s/?")
    assert (record["type_of_reference"], record["secondary_title"]) == ("NEWS", "The Herald")


def test_names_are_divided_only_where_they_are_filed_so(public: RestClient) -> None:
    for slug, name, sort_name in (("w", "Winston Churchill", "Churchill, Winston"), ("k", "Kim You-geun", "")):
        speaker = Official.objects.create(slug=f"o-{slug}", name=name, sort_name=sort_name, status="published")
        Statement.objects.create(
            slug=slug, name="N", date="1946", classification="speech", attribution="named", speaker=speaker,
            status="published",
        )  # fmt: skip
    assert _csl(public, "statements/w/?")[0]["author"] == [{"family": "Churchill", "given": "Winston"}]
    assert _bibtex(public, "statements/w/?")["statements:w"]["author"] == "Churchill, Winston"
    assert _ris(public, "statements/w/?")[0]["authors"] == ["Churchill, Winston"]
    assert _csl(public, "statements/k/?")[0]["author"] == [{"literal": "Kim You-geun"}]


def test_a_speaker_who_is_a_draft_is_not_named(public: RestClient) -> None:
    speaker = Official.objects.create(slug="zebra", name="Zebra")
    Statement.objects.create(
        slug="s", name="N", date="1946", classification="speech", attribution="named", speaker=speaker,
        status="published",
    )  # fmt: skip
    for name in ("bibtex", "ris", "csl", "timelinejs"):
        assert "Zebra" not in text(public.get(f"statements/s/?format={name}"))
    Official.objects.filter(slug="zebra").update(status="published")
    assert _csl(public, "statements/s/?")[0]["author"] == [{"literal": "Zebra"}]


def test_hostile_texts_stay_in_their_fields(public: RestClient) -> None:
    Event.objects.create(
        slug="e", name=HOSTILE, summary="a\r\nER  - \r\n\r\nTY  - X", place="b, and c", date="2019",
        classification="meeting", status="published",
    )  # fmt: skip
    entries = _bibtex(public, "events/e/?")
    assert list(entries) == ["events:e"]
    assert entries["events:e"]["title"].count("{") == entries["events:e"]["title"].count("}")
    [record] = _ris(public, "events/e/?")
    assert record["title"] == HOSTILE
    assert record["abstract"] == "a ER - TY - X"
    assert _csl(public, "events/e/?")[0]["title"] == HOSTILE


@pytest.mark.parametrize("collection", [*page_names().values()])
def test_every_list_is_read_by_others(public: RestClient, collection: str) -> None:
    count = public.get(f"{collection}/?count=true&limit=1").json()["count"]
    assert len(_bibtex(public, f"{collection}/?")) == count
    assert len(_ris(public, f"{collection}/?")) == count
    items = _csl(public, f"{collection}/?")
    assert len(items) == count
    style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    bibliography = CitationStylesBibliography(style, CiteProcJSON(items[:20]), formatter.plain)
    bibliography.register(Citation([CitationItem(item["id"]) for item in items[:20]]))
    assert len(list(bibliography.bibliography())) == len(items[:20])


def test_files_have_the_extensions_of_their_programs(public: RestClient) -> None:
    names = {
        name: public.get(f"events/{CURBS}/?format={name}")["Content-Disposition"] for name in ("bibtex", "ris", "csl")
    }
    assert names == {
        "bibtex": f'attachment; filename="{CURBS}.bib"',
        "ris": f'attachment; filename="{CURBS}.ris"',
        "csl": f'attachment; filename="{CURBS}.json"',
    }


def test_citations_are_negotiated_by_their_media_types(public: RestClient) -> None:
    for media in ("application/x-bibtex", "application/vnd.citationstyles.csl+json"):
        answer = public.client.get(f"/api/v1/events/{CURBS}/", headers={"accept": media})
        assert answer["Content-Type"].startswith(media)


def test_fields_are_refused_and_speech_acts_are_cited_with_their_statement(public: RestClient) -> None:
    assert public.get("events/?format=bibtex&fields=slug").json()["errors"][0]["field"] == "fields"
    assert public.get("speech-acts/?format=bibtex").json()["errors"][0]["field"] == "format"


def test_a_dossier_is_a_timeline_of_its_dated_entries(public: RestClient) -> None:
    dossier = json.loads(text(public.get("dossiers/japan-south-korea-export-controls/?format=timelinejs")))
    assert dossier["title"]["text"]["headline"].startswith("The dispute over Japan")
    slides = {slide["unique_id"]: slide for slide in dossier["events"]}
    assert slides[f"events-{CURBS}"]["start_date"] == {"year": 2019, "month": 7, "day": 4}
    measure = slides["measures-japan-export-curbs-on-three-materials"]
    assert measure["end_date"] == {"year": 2023, "month": 3, "day": 23}
    assert f"statements-{STATEMENT}" in slides
    assert public.get("dossiers/?format=timelinejs").status_code == 400


def test_a_slide_says_how_much_of_its_date_is_known(public: RestClient) -> None:
    dates = {
        "2019": ({"year": 2019}, None, "2019"),
        "2019-07": ({"year": 2019, "month": 7}, None, "July 2019"),
        "1936~": ({"year": 1936}, None, "about 1936"),
        "199X": ({"year": 1990, "month": 1, "day": 1}, {"year": 1999, "month": 12, "day": 31}, "the 1990s"),
        "2019-03-01/..": ({"year": 2019, "month": 3, "day": 1}, None, "since 1 March 2019"),
    }
    for number, date in enumerate(dates):
        Event.objects.create(
            slug=f"e{number}", name="a < b", summary="<script>", date=date, classification="meeting", status="published"
        )
    slides = {
        event["unique_id"]: event for event in json.loads(text(public.get("events/?format=timelinejs")))["events"]
    }
    for number, (start, end, display) in enumerate(dates.values()):
        slide = slides[f"events-e{number}"]
        assert (slide["start_date"], slide.get("end_date"), slide["display_date"]) == (start, end, display)
    assert slides["events-e0"]["text"] == {
        "headline": '<a href="http://testserver/events/e0/">a &lt; b</a>', "text": "&lt;script&gt;",
    }  # fmt: skip
    assert unescape(slides["events-e0"]["text"]["text"]) == "<script>"
    Measure.objects.create(slug="m", name="m", instrument="other", status="published")
    measures = json.loads(text(public.get("measures/?format=timelinejs")))["events"]
    assert "measures-m" not in {slide["unique_id"] for slide in measures}


def test_empty_lists_are_valid(public: RestClient) -> None:
    assert _csl(public, "events/?date=1801&") == []
    assert json.loads(text(public.get("events/?date=1801&format=timelinejs"))) == {"events": []}
    assert text(public.get("events/?date=1801&format=ris")) == ""
