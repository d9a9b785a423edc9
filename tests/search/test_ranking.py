"""The ranked list: tiers and dates, kinds and filters, cursor pages, counts by kind, and what a search refuses."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Permission, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from archive.exceptions import ArchiveError, CursorError
from archive.lru import LRUCache
from archive.models import Event, Official
from archive.search import ranking
from archive.search.ranking import Search, kind_names, parse_search
from archive.search.results import ResultPage, result_page
from archive.sql import reads
from archive.sql.query import CompiledCache
from tests.support import filter_records as make

pytestmark = pytest.mark.django_db
NOBODY = AnonymousUser()


def page(text: str, kinds: tuple[str, ...] | None = None, user: Any = NOBODY, **options: Any) -> ResultPage:
    filters = options.pop("filters", {})
    return result_page(parse_search([text], kinds, filters), user, options.pop("limit", 50), **options)


def slugs(text: str, kinds: tuple[str, ...] | None = None, **options: Any) -> list[str]:
    return [result.slug for result in page(text, kinds, **options).results]


@pytest.fixture
def talks() -> None:
    make.event("old-talks", name="Talks", date="1965-06-22")
    make.event("new-talks", name="Talks", date="2020-06-22")
    make.event("tokyo-talks", name="Talks in Tokyo", date="2019-07-12")
    make.event("kyoto-talks", name="Kyoto talks", date="2019-07-13")
    make.event("meeting", name="Meeting", summary="The talks were short.", date="2021-01-01")
    make.event("visit", name="Visit", summary="Before the talks.", date="1950")
    make.official("mr-talks", name="Talks, Mr.")


def test_names_come_before_texts_and_recent_records_before_old(talks: None) -> None:
    matches = page("talks")
    assert [(result.tier, result.slug) for result in matches.results] == [
        ("exact", "new-talks"), ("exact", "old-talks"), ("name", "mr-talks"), ("name", "kyoto-talks"),
        ("name", "tokyo-talks"), ("text", "meeting"), ("text", "visit"),
    ]  # fmt: skip


@pytest.mark.parametrize("search", ["talks", "talks -kyoto", "talk*", "tokyo OR visit", "name:talks", '"the talks"'])
def test_the_list_of_a_common_word_is_that_of_a_rare_one(
    talks: None, search: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [(result.tier, result.slug) for result in page(search).results]
    monkeypatch.setattr(ranking, "COMMON_THRESHOLD", 1)
    monkeypatch.setattr(ranking, "_CACHE", LRUCache(10))
    monkeypatch.setattr(reads, "_COMPILED", CompiledCache(1_000_000))
    matches = page(search, limit=2)
    pages = [matches]
    while matches.next_cursor:
        matches = page(search, limit=2, cursor=matches.next_cursor)
        pages.append(matches)
    assert [(result.tier, result.slug) for matches in pages for result in matches.results] == expected


def test_accents_case_and_endings_do_not_matter(db: None) -> None:
    make.event("elysee", name="Réunion à l'Élysée", summary="Controls were announced.")
    assert slugs("elysee") == slugs("ÉLYSÉE reunion") == slugs("announcing control") == ["elysee"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kyoto OR tokyo", ["kyoto-talks", "tokyo-talks"]),
        ("talks -kyoto -tokyo -mr -name:talks", ["meeting", "visit"]),
        ('"talks in tokyo"', ["tokyo-talks"]),
        ('"tokyo talks"', []),
        ("kyot*", ["kyoto-talks"]),
        ("summary:talks", ["meeting", "visit"]),
        ("name:talks tokyo", ["tokyo-talks"]),
    ],
)
def test_the_syntax_means_what_the_guide_says(talks: None, text: str, expected: list[str]) -> None:
    assert slugs(text) == expected


def test_kinds_narrow_the_list_and_counts_stay(talks: None) -> None:
    matches = page("talks", ("officials",), has_counts=True)
    assert [result.slug for result in matches.results] == ["mr-talks"]
    assert matches.kinds == {"events": 6, "officials": 1}
    assert page("talks").kinds is None


def test_filters_of_the_kind_combine(talks: None) -> None:
    matches = page("talks", ("events",), filters={"date": ["2019"]}, has_counts=True)
    assert [result.slug for result in matches.results] == ["kyoto-talks", "tokyo-talks"]
    assert matches.kinds == {"events": 2}
    assert slugs("talks", ("events", "measures"), filters={"date": ["1965"]}) == ["old-talks"]


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_make_up_the_list_in_both_directions(talks: None, limit: int) -> None:
    everything = slugs("talks")
    pages = [page("talks", limit=limit)]
    while cursor := pages[-1].next_cursor:
        pages.append(page("talks", limit=limit, cursor=cursor))
    assert [result.slug for first_page in pages for result in first_page.results] == everything
    back = [pages[-1]]
    while cursor := back[0].previous_cursor:
        back.insert(0, page("talks", limit=limit, cursor=cursor))
    assert [[result.slug for result in first_page.results] for first_page in back] == [
        [result.slug for result in first_page.results] for first_page in pages
    ]


def test_a_page_is_one_statement(talks: None) -> None:
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page("talks", has_counts=True)
    assert len(queries) == 1


def test_drafts_are_for_those_who_see_them(talks: None) -> None:
    Event.objects.filter(slug="new-talks").update(status="draft")
    Official.objects.filter(slug="mr-talks").update(status="review")
    user = User.objects.create_user("editor")
    user.user_permissions.add(Permission.objects.get(codename="view_drafts"))
    user = User.objects.get(pk=user.pk)
    matches = page("talks", has_counts=True)
    assert "new-talks" not in [result.slug for result in matches.results]
    assert matches.kinds == {"events": 5}
    assert page("talks", user=user, has_counts=True).kinds == {"events": 6, "officials": 1}
    assert slugs("talks", user=user)[0] == "new-talks"


def test_cursors_do_not_count_records(talks: None) -> None:
    """A primary key in a cursor would tell how many records there are, drafts included."""
    matches = page("talks", limit=1)
    cursor = matches.next_cursor or ""
    *_, record = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))[3]
    assert record != Event.objects.get(slug="new-talks").pk


def test_a_fragment_shows_where_a_record_matches(db: None) -> None:
    make.event("etching", name="Offer", summary="Russia offers etching gas.")
    statement = make.statement("words", body=make.state("KR"), text="No etching <gas> was lost.")
    [first, second] = sorted(page("etching gas").results, key=lambda result: result.slug)
    assert first.fragment.html == "Russia offers <mark>etching</mark> <mark>gas</mark>."
    assert second.fragment.html == "No <mark>etching</mark> &lt;<mark>gas</mark>&gt; was lost."
    assert statement.slug == second.slug


@pytest.mark.parametrize("text", ["()", "-", '"', "*", "OR", "-talks", "' OR 1=1 --", "xyzzy", "\u202e", "NEAR(a b)"])
def test_a_text_that_matches_nothing_has_no_results(talks: None, text: str) -> None:
    matches = page(text, has_counts=True)
    assert (matches.results, matches.kinds, matches.next_cursor) == ([], {}, None)


@pytest.mark.parametrize(
    ("texts", "kinds", "filters", "field"),
    [
        ([], [], {}, "q"),
        ([" "], [], {}, "q"),
        (["a", "b"], [], {}, "q"),
        (["a\x00"], [], {}, "q"),
        (["\ud800"], [], {}, "q"),
        (["x" * 10_000], [], {}, "q"),
        (["a"], ["event"], {}, "kind"),
        (["a"], ["speech-acts"], {}, "kind"),
        (["a"], [], {"speaker": ["kim-you-geun"]}, "speaker"),
        (["a"], ["events"], {"speaker": ["kim-you-geun"]}, "speaker"),
        (["a"], ["events"], {"order_by": ["date"]}, "order_by"),
        (["a"], ["events"], {"dat": ["2019"]}, "dat"),
    ],
)
def test_what_a_search_refuses(texts: list[str], kinds: list[str], filters: dict[str, list[str]], field: str) -> None:
    with pytest.raises(ArchiveError) as refused:
        parse_search(texts, kinds or None, filters)
    [problem] = refused.value.problems
    assert problem.field == field
    assert problem.expected


def test_a_search_of_no_kinds_finds_nothing() -> None:
    make.event("a", date="2019", name="Line")
    assert page("line", ()).results == []
    assert page("line", (), filters={"date": ["2019"]}).results == []
    assert len(page("line").results) == 1


def test_a_misspelt_kind_or_filter_has_a_suggestion() -> None:
    with pytest.raises(ArchiveError) as refused:
        parse_search(["a"], ["event"], {})
    assert refused.value.problems[0].suggestion == "events"
    with pytest.raises(ArchiveError) as refused:
        parse_search(["a"], ["events"], {"dat": ["2019"]})
    assert refused.value.problems[0].suggestion == "date"


def test_a_slug_that_names_nothing_is_an_error_of_its_filter(talks: None) -> None:
    with pytest.raises(ArchiveError) as refused:
        page("talks", ("events",), filters={"topic": ["nothing-of-this-name"]})
    assert [problem.field for problem in refused.value.problems] == ["topic"]


def _cursor(*position: Any) -> str:
    """A cursor that no search gave."""
    content = ["search", ["tier", "date_sort", "kind", "record_id"], 1, position]
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor", ["x", "-", "-x", "é", "WzFd", _cursor(1, 1, "x", 2**62), _cursor(1, 1, "x", -1), _cursor("1", 1, "x", 1)]
)
def test_a_cursor_of_nothing_is_refused(talks: None, cursor: str) -> None:
    with pytest.raises(CursorError):
        page("talks", cursor=cursor)


def test_all_kinds_are_searched(db: None) -> None:
    assert parse_search(["x"]) == Search("x", kind_names())
