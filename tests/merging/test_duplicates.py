"""Likely duplicates: the same or similar names in any script, addresses of documents, dates with headings."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.dates import PartialDate
from archive.merging.duplicates import Entered, likely_duplicates
from archive.models import Appointment, Body, Event, Name, Office, Official, Source, Statement, Topic
from archive.url_normalization import normalized_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def kim(db: None) -> Official:
    kim = Official.objects.create(slug="kim-you-geun", name="Kim You-geun", status="published")
    Name.objects.create(official=kim, text="김유근", scheme="native")
    for name in ("Kim Hyun-chong", "Moon Jae-in", "Kim Sang-jo"):
        Official.objects.create(slug=name.lower().replace(" ", "-"), name=name)
    return kim


def _likely(model: Any, **entered: Any) -> list[tuple[str, str]]:
    if "date" in entered:
        entered["date"] = PartialDate.parse(entered["date"])
    return [(item.record.slug, item.reason) for item in likely_duplicates(model.objects.all(), Entered(**entered))]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Kim Yoo-geun", "the same name in another romanization: Kim You-geun"),
        ("Gim Yugun", "the same name in another romanization: Kim You-geun"),
        ("Kim You-gen", "a similar name: Kim You-geun"),
        ("KIM YOU GEUN", "the same name: Kim You-geun"),
        ("You-geun Kim", "the same name: Kim You-geun"),
        ("김유근", "the same name: 김유근"),
        ("김유군", ""),
        ("Kim", ""),
        ("Park Geun-hye", ""),
        ("", ""),
        ("%_\\", ""),
        ("\u202e\u200b", ""),
        ("<script>", ""),
    ],
)
def test_an_official_is_found_by_name(kim: Official, text: str, reason: str) -> None:
    assert _likely(Official, names=(text,)) == ([("kim-you-geun", reason)] if reason else [])


def test_a_name_of_two_characters_is_likely() -> None:
    abe = Official.objects.create(slug="abe", name="Abe Shinzo")
    Name.objects.create(official=abe, text="安倍", scheme="native")
    assert _likely(Official, names=("安倍",)) == [("abe", "the same name: 安倍")]


def test_a_body_is_found_by_another_name() -> None:
    ministry = Body.objects.create(slug="meti", name="Ministry of Economy, Trade and Industry", kind="government_organ")
    Name.objects.create(body=ministry, text="経済産業省", scheme="native")
    assert _likely(Body, names=("経済産業省",)) == [("meti", "the same name: 経済産業省")]
    assert [slug for slug, _ in _likely(Body, names=("Ministry of Economy Trade & Industry",))] == ["meti"]


@pytest.mark.parametrize(
    ("url", "same"),
    [
        ("https://www.example.org/a/b", True),
        ("http://example.org/a/b/?utm_source=x#top", True),
        ("https://EXAMPLE.org/a/b?fbclid=1", True),
        ("https://example.org/a/b?id=2", False),
        ("https://example.org/a", False),
        ("https://example.org/a/b/c", False),
        ("example", False),
        ("https://[", False),
        ("javascript:alert(1)", False),
    ],
)
def test_a_source_is_found_by_its_address(url: str, same: bool) -> None:
    Source.objects.create(slug="paper", title="A paper", url="https://example.org/a/b")
    assert _likely(Source, urls=(url,)) == ([("paper", "the same address")] if same else [])


def test_an_archived_address_is_one_too() -> None:
    Source.objects.create(slug="paper", title="A paper", archived_url="https://web.archive.org/web/2019/http://a.org/x")
    assert _likely(Source, urls=("http://web.archive.org/web/2019/http://a.org/x",)) == [("paper", "the same address")]


def test_an_event_is_found_by_date_and_heading() -> None:
    Event.objects.create(
        slug="curbs", name="Japan's export curbs take effect", date="2019-07-04", classification="meeting"
    )
    Event.objects.create(slug="talks", name="Working talks in Tokyo", date="2019-07-04", classification="meeting")
    Event.objects.create(
        slug="later", name="Japan's curbs on exports come", date="2019-08-28", classification="meeting"
    )
    same = [("curbs", "the same date and a similar heading")]
    assert _likely(Event, names=("The export curbs of Japan take effect",), date="2019-07-04") == same
    assert _likely(Event, names=("The export curbs of Japan take effect",), date="2019-07") == same
    assert _likely(Event, names=("The export curbs of Japan take effect",)) == []
    assert _likely(Event, names=("japans EXPORT curbs take effect",)) == [("curbs", "the same heading")]


def test_a_statement_of_an_open_date_is_compared_by_its_heading() -> None:
    body = Body.objects.get(iso3166="KR")
    Statement.objects.create(
        slug="s",
        name="Korea protests",
        date="2019-07-04",
        classification="note",
        attribution="institutional",
        body=body,
    )
    assert _likely(Statement, names=("Korea protests",), date="../2019-07-12") == [("s", "the same heading")]


def test_topics_and_offices_are_found_by_heading_and_appointments_never() -> None:
    Topic.objects.create(slug="controls", name="Export controls")
    Office.objects.create(slug="minister", name="Prime Minister", body=Body.objects.get(iso3166="KR"))
    assert _likely(Topic, names=("Export control",)) == [("controls", "a similar heading")]
    assert _likely(Office, names=("prime minister",)) == [("minister", "the same heading")]
    assert _likely(Appointment, names=("prime minister",)) == []


def test_the_record_itself_is_no_duplicate_and_what_it_has_is_compared(kim: Official) -> None:
    twin = Official.objects.create(slug="twin", name="Yugun K.")
    Name.objects.create(official=twin, text="김유근", scheme="native")
    rows = Official.objects.all()
    assert [item.record for item in likely_duplicates(rows, Entered.of(twin), twin.pk)] == [kim]
    assert [item.record for item in likely_duplicates(rows, Entered.of(kim), kim.pk)] == [twin]


def test_drafts_are_found_by_those_only_who_see_them(kim: Official, contributor: Any) -> None:
    Official.objects.filter(pk=kim.pk).update(status="draft")
    entered = Entered(names=("Kim You-geun",))
    assert likely_duplicates(Official.objects.visible_to(None), entered) == []
    assert len(likely_duplicates(Official.objects.visible_to(contributor), entered)) == 1


def test_at_most_five_are_listed_in_a_fixed_number_of_queries() -> None:
    for number in range(20):
        Topic.objects.create(slug=f"t-{number}", name="Export controls")
    with CaptureQueriesContext(connection) as queries:
        assert len(_likely(Topic, names=("Export controls",))) == 5
    assert len(queries) == 9


def test_addresses_are_compared_without_what_does_not_matter() -> None:
    assert normalized_url("http://www.a.org:80/x/?b=2&a=1&utm_medium=m") == "a.org/x?a=1&b=2"
