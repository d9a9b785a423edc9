"""``date``, ``date_after`` and ``date_before``: possible matches, and certain ones with ``certain``."""

from __future__ import annotations

import pytest

from tests.support.filter_records import body, event, matching_slugs, measure, source

pytestmark = pytest.mark.django_db


@pytest.fixture
def events(db: None) -> None:
    """Dates of every kind around July 2019; a list gives them in this order but for the two without a beginning."""
    for slug, date in (
        ("year-2018", "2018"),
        ("year-2019", "2019"),
        ("about-2019", "2019~"),
        ("june-30", "2019-06-30"),
        ("july", "2019-07"),
        ("july-1", "2019-07-01"),
        ("july-4-or-5", "[2019-07-04,2019-07-05]"),
        ("july-12", "2019-07-12"),
        ("july-31-to-august-1", "2019-07-31/2019-08-01"),
        ("since-august", "2019-08/.."),
        ("from-august-end-unknown", "2019-08/"),
        ("until-june", "../2019-06"),
        ("until-august-start-unknown", "/2019-08"),
        ("year-2020", "2020"),
    ):
        event(slug, date)


def event_slugs(**question: str) -> set[str]:
    return set(matching_slugs("events", **question))


MAY_BE_IN_JULY = {
    "year-2019", "about-2019", "july", "july-1", "july-4-or-5", "july-12", "july-31-to-august-1",
    "until-august-start-unknown",
}  # fmt: skip


def test_a_month_finds_overlapping_dates(events: None) -> None:
    assert event_slugs(date="2019-07") == MAY_BE_IN_JULY


def test_a_certain_month_finds_only_dates_within_it(events: None) -> None:
    assert event_slugs(date="2019-07", certain="true") == {"july", "july-1", "july-4-or-5", "july-12"}


def test_certain_false_is_the_default(events: None) -> None:
    assert event_slugs(date="2019-07", certain="false") == MAY_BE_IN_JULY


def test_a_day_finds_its_month_and_year(events: None) -> None:
    assert event_slugs(date="2019-07-12") == {
        "year-2019",
        "about-2019",
        "july",
        "july-12",
        "until-august-start-unknown",
    }
    assert event_slugs(date="2019-07-12", certain="true") == {"july-12"}


def test_a_one_of_set_is_found_by_either_day_and_certainly_by_neither(events: None) -> None:
    for day in ("2019-07-04", "2019-07-05"):
        assert "july-4-or-5" in event_slugs(date=day)
        assert "july-4-or-5" not in event_slugs(date=day, certain="true")
    assert "july-4-or-5" in event_slugs(date="[2019-07-04,2019-07-05]", certain="true")


def test_about_a_year_spans_that_year_and_no_more(events: None) -> None:
    assert "about-2019" in event_slugs(date="2019", certain="true")
    assert "about-2019" not in event_slugs(date="2018")
    assert "about-2019" not in event_slugs(date="2020")


def test_the_last_day_of_a_year_belongs_to_it(events: None) -> None:
    event("new-years-eve", "2019-12-31")
    assert "new-years-eve" in event_slugs(date="2019", certain="true")
    assert "new-years-eve" not in event_slugs(date="2020")


def test_an_open_filter_date_has_no_limit_on_that_side(events: None) -> None:
    assert event_slugs(date="../2018") == {"year-2018", "until-june", "until-august-start-unknown"}
    assert event_slugs(date="2020/..") == {"year-2020", "since-august", "from-august-end-unknown"}
    assert event_slugs(date="../2018", certain="true") == {"year-2018"}
    assert event_slugs(date="2020/..", certain="true") == {"year-2020"}


def test_after_means_on_or_after_the_first_day(events: None) -> None:
    assert event_slugs(date_after="2019-07-31") == {
        "year-2019", "about-2019", "july", "july-31-to-august-1", "since-august", "from-august-end-unknown",
        "until-august-start-unknown", "year-2020",
    }  # fmt: skip


def test_certainly_after_means_that_the_date_begins_then(events: None) -> None:
    assert event_slugs(date_after="2019-07-31", certain="true") == {
        "july-31-to-august-1", "since-august", "from-august-end-unknown", "year-2020",
    }  # fmt: skip
    assert "july" in event_slugs(date_after="2019-07", certain="true")
    assert "year-2019" not in event_slugs(date_after="2019-07", certain="true")


def test_before_means_on_or_before_the_last_day(events: None) -> None:
    assert event_slugs(date_before="2019-06-30") == {
        "year-2018", "year-2019", "about-2019", "june-30", "until-june", "until-august-start-unknown",
    }  # fmt: skip


def test_certainly_before_means_that_the_date_ends_by_then(events: None) -> None:
    assert event_slugs(date_before="2019-06", certain="true") == {"year-2018", "june-30", "until-june"}
    assert "july" in event_slugs(date_before="2019-07", certain="true")
    assert "july" not in event_slugs(date_before="2019-07-30", certain="true")


def test_after_and_before_together_are_a_span(events: None) -> None:
    span = {"date_after": "2019-07-02", "date_before": "2019-07-30"}
    assert event_slugs(**span, certain="true") == {"july-4-or-5", "july-12"}
    assert event_slugs(**span) == {
        "year-2019", "about-2019", "july", "july-4-or-5", "july-12", "until-august-start-unknown",
    }  # fmt: skip


def test_an_open_limit_finds_every_date(events: None) -> None:
    assert len(event_slugs()) == len(event_slugs(date_after="../2018")) == len(event_slugs(date_before="2020/..")) == 14


def test_certainly_within_an_open_limit_needs_a_known_bound(events: None) -> None:
    assert event_slugs() - event_slugs(date_after="../2018", certain="true") == {
        "until-june",
        "until-august-start-unknown",
    }
    assert event_slugs() - event_slugs(date_before="2020/..", certain="true") == {
        "since-august",
        "from-august-end-unknown",
    }


def test_an_unknown_end_of_the_filter_date_is_no_limit(events: None) -> None:
    assert event_slugs(date_after="/2018") == event_slugs(date_after="../2018")
    assert event_slugs(date_before="2020/", certain="true") == event_slugs(date_before="2020/..", certain="true")


OPEN_OR_NOT = [
    {"date": "1900/2100"}, {"date": "../2100"}, {"date": "1900/.."}, {"date_after": "1900"}, {"date_before": "2100"},
    {"date_after": "../2100"}, {"date_before": "1900/.."}, {"date_after": "/2100"}, {"date_before": "1900/"},
]  # fmt: skip


@pytest.mark.parametrize("certain", ["true", "false"])
@pytest.mark.parametrize("question", OPEN_OR_NOT, ids=str)
def test_records_without_a_date_are_never_found_by_date(db: None, question: dict[str, str], certain: str) -> None:
    measure("undated"), measure("dated", "2019-07/2023")
    body("undated", kind="court"), body("dated", kind="court", existed="1949/1990")
    source("undated"), source("dated", published="2019-07-12")
    params = {**question, "certain": certain}
    assert matching_slugs("measures", **params) == ["dated"]
    assert matching_slugs("bodies", **params, kind="court") == ["dated"]
    assert matching_slugs("sources", **params) == ["dated"]


def test_a_period_is_found_by_any_day_and_certainly_by_a_longer_period(db: None) -> None:
    measure("curbs", "2019-07-04/2023-03-23")
    assert matching_slugs("measures", date="2021-01-01") == ["curbs"]
    assert matching_slugs("measures", date="2021-01-01", certain="true") == []
    assert matching_slugs("measures", date="2019/2023", certain="true") == ["curbs"]
    assert matching_slugs("measures", date="2019-07-03") == matching_slugs("measures", date="2023-03-24") == []
