"""Lists, details, fields, parts, the root, search and revisions, as the public reads them."""

from __future__ import annotations

from typing import Any

import pytest

from archive.models import Event, Topic
from archive.rest.serializers import SERIALIZERS
from tests.support.rest_client import CURBS, STATEMENT, RestClient, error_of, result_slugs

pytestmark = pytest.mark.django_db


def test_the_root_lists_every_collection(public: RestClient) -> None:
    body = public.get("").json()
    assert set(body) == {*SERIALIZERS, "search", "timeline", "docs", "openapi"}
    assert all(public.client.get(address).status_code == 200 for address in body.values() if "search" not in address)


@pytest.mark.parametrize("collection", SERIALIZERS)
def test_every_list_leads_to_its_records(public: RestClient, collection: str) -> None:
    [row] = public.get(f"{collection}/?limit=1").json()["results"]
    assert public.get(f"{collection}/{row['slug']}/").json() == row
    assert public.get(f"{collection}/{row['slug']}/history/").status_code == 200


def test_a_statement_is_found_by_speaker_and_date_with_both_capacities(public: RestClient) -> None:
    [match] = public.get("statements/?speaker=kim-you-geun&date=2019-07").json()["results"]
    assert match["slug"] == STATEMENT
    assert [item["slug"] for item in match["capacities"]] == [
        "kim-you-geun-first-deputy-director-national-security-office",
        "kim-you-geun-secretary-general-national-security-council",
    ]


def test_the_curbs_are_found_by_target_and_day(public: RestClient) -> None:
    assert result_slugs(public.get("events/?date=2019-07-04&target=KR")) == [CURBS]
    match = result_slugs(public.get("measures/?in_force_on=2019-07-12&target=KR&good=2811"))
    assert match == ["japan-export-curbs-on-three-materials"]


def test_a_list_counts_on_request_only(public: RestClient) -> None:
    assert public.get("events/?limit=1").json()["count"] is None
    assert public.get("events/?limit=1&count=true").json()["count"] == Event.objects.count()


def test_a_page_beyond_the_end_is_empty(public: RestClient) -> None:
    *others, last = result_slugs(public.get("topics/"))
    following = public.get(f"topics/?limit={len(others)}").json()["next"]
    Topic.objects.filter(slug=last).update(status="withdrawn")
    body = public.client.get(following).json()
    assert (body["results"], body["next"]) == ([], None)


def test_no_record_is_skipped_when_one_before_it_goes(public: RestClient) -> None:
    expected = result_slugs(public.get("events/?limit=4"))
    following = public.get("events/?limit=2").json()["next"]
    Event.objects.filter(slug=expected[0]).update(status="draft")
    assert result_slugs(public.client.get(following))[:2] == expected[2:]


def test_previous_leads_back(public: RestClient) -> None:
    item = public.get("events/?limit=2").json()
    two = public.client.get(item["next"]).json()
    assert public.client.get(two["previous"]).json()["results"] == item["results"]
    assert public.client.get(two["previous"]).json()["previous"] is None


def test_fields_go_down_into_dates_links_and_parts(public: RestClient) -> None:
    query = (
        f"statements/{STATEMENT}/?include=speech_acts&fields=slug,speaker.name,date.text,speech_acts.addressees.slug"
    )
    body = public.get(query).json()
    assert set(body) == {"slug", "speaker", "date", "speech_acts"}
    assert (body["speaker"], body["date"]) == ({"name": "Kim You-geun"}, {"text": "2019-07-12"})
    assert all(set(act) == {"addressees"} for act in body["speech_acts"])


def test_include_adds_parts_once_however_often_it_is_said(public: RestClient) -> None:
    once = public.get(f"events/{CURBS}/?include=citations").content
    assert public.get(f"events/{CURBS}/?include=citations,citations").content == once
    assert "citations" not in public.get(f"events/{CURBS}/").json()


def test_blank_parameters_are_as_good_as_none(public: RestClient) -> None:
    plain = public.get("events/?limit=2").json()["results"]
    assert public.get("events/?limit=2&fields=&include=&cursor=&q=").json()["results"] == plain
    for path in ("events/?fields=slug", "search/?q=japan"):
        blank, expected = public.get(f"{path}&limit=&count=+"), public.get(path)
        assert (blank.json()["results"], blank.json()["count"]) == (expected.json()["results"], None)
    blank, expected = (public.get(f"events/?format=csv&fields=slug{query}") for query in ("&limit=&count=", ""))
    assert blank.getvalue() == expected.getvalue()


def test_head_answers_without_a_body_and_options_says_what_is_allowed(public: RestClient) -> None:
    head = public.client.head("/api/v1/events/")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", public.get("events/")["ETag"])
    for path, allowed in {"events/": "GET, POST, HEAD, OPTIONS", "": "GET, HEAD, OPTIONS"}.items():
        answer = public.client.options(f"/api/v1/{path}")
        assert (answer.status_code, answer["Allow"]) == (200, allowed)
        assert answer.json() == {"methods": allowed.split(", "), "openapi": "http://testserver/api/v1/openapi.json"}


def test_search_finds_records_of_all_kinds(public: RestClient) -> None:
    results = public.get("search/?q=probe&kind=statements").json()["results"]
    [first] = [result for result in results if result["slug"] == STATEMENT]
    assert first["fragment"].keys() == {"html", "text", "marks"}
    assert {key: value for key, value in first.items() if key not in ("date", "fragment")} == {
        "type": "statement", "kind": "statements", "slug": STATEMENT, "tier": "name",
        "name": "Kim You-geun proposes an international probe", "url": f"http://testserver/api/v1/statements/{STATEMENT}/",
    }  # fmt: skip
    assert first["date"]["text"] == "2019-07-12"


def test_drafts_are_for_those_who_may_see_them(public: RestClient, as_contributor: RestClient) -> None:
    Topic.objects.create(slug="a-draft", name="A draft")
    hidden = error_of(public.get("topics/a-draft/"), 404)
    assert (hidden["got"], hidden.get("suggestion")) == ("a-draft", None)
    assert as_contributor.get("topics/a-draft/").json()["status"] == "draft"
    assert "a-draft" not in result_slugs(public.get("topics/"))
    assert "a-draft" in result_slugs(as_contributor.get("topics/"))


def test_the_public_reads_revisions_without_names_or_reasons(public: RestClient, as_editor: RestClient) -> None:
    as_editor.send("POST", "topics/", {"slug": "fish", "name": "Fish"})
    as_editor.send("PATCH", "topics/fish/", {"status": "published"}, match="*")
    as_editor.send("PATCH", "topics/fish/", {"name": "Fisheries"}, match="*", **{"x-change-reason": "the usual word"})
    versions: list[dict[str, Any]] = public.get("topics/fish/history/").json()["results"]
    assert [(set(item), item["number"]) for item in versions] == [
        ({"number", "at", "changed"}, 2),
        ({"number", "at", "changed"}, 1),
    ]
    assert [item["changed"] for item in versions] == [
        {"name": "Fisheries"},
        {"status": "published", "name": "Fish", "description": ""},
    ]
    private = as_editor.get("topics/fish/history/").json()["results"]
    assert [(item["version"], item["kind"], item["user"], item["reason"]) for item in private] == [
        (3, "changed", "editor", "the usual word"), (2, "changed", "editor", None), (1, "added", "editor", None),
    ]  # fmt: skip


def test_links_to_other_records_make_no_revision_of_their_own(as_editor: RestClient) -> None:
    body = {"slug": "e", "name": "E", "date": "2019", "classification": "meeting", "topics": ["export-controls"]}
    as_editor.send("POST", "events/", body)
    [versions] = as_editor.get("events/e/history/").json()["results"]
    assert (versions["version"], versions["kind"]) == (1, "added")
