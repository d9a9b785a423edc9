"""Keyset pagination: no row is repeated or skipped when others change; foreign cursors are refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from archive import pagination
from archive.exceptions import CursorError
from archive.filters import FILTERSETS
from tests.support import filter_records as make
from tests.support.filter_records import NOBODY

pytestmark = pytest.mark.django_db
BY_DATE = FILTERSETS["events"].parse_order(None)
NEWEST_FIRST = FILTERSETS["events"].parse_order("-date")


@pytest.fixture
def week(db: None) -> dict[str, Any]:
    """Two events a day: their slugs alone settle which is first."""
    return {
        slug: make.event(slug, f"2019-07-{day:02}")
        for day, slugs in ((1, "ab"), (2, "cd"), (3, "ef"))
        for slug in slugs
    }


def page(order: pagination.Order, size: int, **ends: Any) -> tuple[str, bool, bool]:
    """The slugs joined, and whether there is more before and after."""
    rows = FILTERSETS["events"]({}, NOBODY).result()
    result = pagination.page(rows, order, size, **ends)
    return "".join(row.slug for row in result.rows), result.has_previous, result.has_next


def after(order: pagination.Order, record: Any) -> list[Any]:
    """The record's place, by way of its cursor."""
    return pagination.decode_cursor("events", order, pagination.encode_cursor("events", order, record))


def test_pages_follow_each_other_without_gaps(week: dict[str, Any]) -> None:
    assert page(BY_DATE, 3) == ("abc", False, True)
    assert page(BY_DATE, 3, after=after(BY_DATE, week["c"])) == ("def", True, False)
    assert page(NEWEST_FIRST, 4) == ("fedc", False, True)
    assert page(NEWEST_FIRST, 4, after=after(NEWEST_FIRST, week["c"])) == ("ba", True, False)


def test_pages_backward_end_before_the_cursor_and_keep_the_order(week: dict[str, Any]) -> None:
    assert page(BY_DATE, 2, before=after(BY_DATE, week["e"]), backward=True) == ("cd", True, True)
    assert page(NEWEST_FIRST, 9, before=after(NEWEST_FIRST, week["c"]), backward=True) == ("fed", False, True)
    assert page(BY_DATE, 9, after=after(BY_DATE, week["a"]), before=after(BY_DATE, week["e"]))[0] == "bcd"


def test_a_row_inserted_before_the_cursor_shifts_nothing(week: dict[str, Any]) -> None:
    place = after(BY_DATE, week["c"])
    make.event("aa", "2019-07-01")
    assert page(BY_DATE, 3, after=place)[0] == "def"
    make.event("ca", "2019-07-02")
    assert page(BY_DATE, 3, after=place)[0] == "cade"


def test_the_next_page_is_the_same_when_the_row_of_the_cursor_is_deleted(week: dict[str, Any]) -> None:
    place = after(BY_DATE, week["c"])
    week["c"].delete(), week["a"].delete()
    assert page(BY_DATE, 3, after=place)[0] == "def"
    type(week["d"]).objects.filter(slug="d").update(status="withdrawn")
    assert page(BY_DATE, 3, after=place)[0] == "ef"


def test_records_without_a_date_come_last_and_are_paged_through(db: None) -> None:
    results = [make.measure(slug, date) for slug, date in (("y", ""), ("x", ""), ("dated", "2019/.."))]
    order = FILTERSETS["measures"].parse_order(None)
    rows = type(results[0]).objects.all()
    first = pagination.page(rows, order, 2)
    assert [row.slug for row in first.rows] == ["dated", "x"]
    place = pagination.decode_cursor("measures", order, pagination.encode_cursor("measures", order, first.rows[-1]))
    assert [row.slug for row in pagination.page(rows, order, 2, after=place).rows] == ["y"]


def test_an_order_of_three_columns_is_lexicographic(db: None) -> None:
    korea = make.state("KR")
    for slug in ("b", "a", "c"):
        statement = make.statement(slug, "2019-07-12", body=korea)
        acts = [make.act(statement) for _ in range(3)]
    order, rows = FILTERSETS["speech-acts"].parse_order(None), type(acts[0]).objects.all()
    place = pagination.decode_cursor(
        "speech-acts", order, pagination.encode_cursor("speech-acts", order, rows.get(slug="b-2"))
    )
    assert [row.slug for row in pagination.page(rows, order, 9, after=place).rows] == ["b-3", "c-1", "c-2", "c-3"]
    assert [row.slug for row in pagination.page(rows, order, 2, before=place, backward=True).rows] == ["a-3", "b-1"]


def _written(*value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


FIELDS = ["date_sort", "sequence", "slug"]
JUNK = [
    "", "junk", "====", "ümlaut", _written("events"), _written("events", FIELDS, 0, [1]), _written("events", FIELDS, 0),
    _written("events", FIELDS, 0, ["1", 0, "a"]), _written("events", FIELDS, 0, [1, 0, 1]),
    _written("events", FIELDS, 0, [1, "0", "a"]),
    _written("events", FIELDS, 0, [2**63, 0, "a"]), _written("events", FIELDS, 0, [1, 0, "a\x00"]),
    _written("events", FIELDS, 0, [True, 0, "a"]), _written("events", FIELDS, 0, [None, 0, "a"]),
    _written("events", FIELDS, 0, [1.5, 0, "a"]), _written("events", FIELDS, 0, "abc"),
]  # fmt: skip


@pytest.mark.parametrize("text", JUNK)
def test_a_cursor_that_no_list_gave_is_refused(text: str) -> None:
    with pytest.raises(CursorError) as refused:
        pagination.decode_cursor("events", BY_DATE, text)
    [problem] = refused.value.problems
    assert problem.field == "cursor"
    assert problem.expected.startswith("a cursor that this list of events gave")


UPDATED = FILTERSETS["events"].parse_order("-updated_at")


@pytest.mark.parametrize(
    "values",
    [
        [], {}, "", "ab", ["2019-07-12T00:00:00+00:00"], ["a"] * 3, {"updated_at": "a", "slug": "b"},
        [0, "a"], ["2019-07-12", "a"], ["2019-07-12T00:00:00", "a"], ["9999-12-31T23:59:59-01:00", "a"], [[], "a"],
    ],
)  # fmt: skip
def test_a_cursor_of_an_order_by_time_that_no_list_gave_is_refused(values: Any) -> None:
    with pytest.raises(CursorError):
        pagination.decode_cursor("events", UPDATED, _written("events", ["updated_at", "slug"], 1, values))


def test_a_cursor_of_another_list_order_or_direction_is_refused_as_that(week: dict[str, Any]) -> None:
    measure = make.measure("one", "2019")
    others = [
        pagination.encode_cursor("measures", FILTERSETS["measures"].parse_order(None), measure),
        pagination.encode_cursor("statements", BY_DATE, week["a"]),
        pagination.encode_cursor("events", FILTERSETS["events"].parse_order("name"), week["a"]),
        pagination.encode_cursor("events", NEWEST_FIRST, week["a"]),
    ]
    for text in others:
        for order in (BY_DATE, UPDATED):
            with pytest.raises(CursorError) as refused:
                pagination.decode_cursor("events", order, text)
            assert "this one is of another list or order" in refused.value.problems[0].expected
    assert pagination.decode_cursor("events", BY_DATE, pagination.encode_cursor("events", BY_DATE, week["a"]))[1:] == [
        0,
        "a",
    ]
