"""``in_force_on``, ``on`` and ``in_office_on``: possible matches, and certain ones with ``certain``."""

from __future__ import annotations

import pytest

from tests.support.filter_records import appointment, body, matching_slugs, measure, office, official, state

pytestmark = pytest.mark.django_db


def test_measures_possibly_in_force_on_a_day(db: None) -> None:
    for slug, in_force in (
        ("exact", "2019-07-04/2023-03-23"),
        ("from-some-day-in-july", "2019-07/2020"),
        ("goes-on", "2019-07-01/.."),
        ("end-unknown", "2019-07-01/"),
        ("start-unknown", "/2019-12-31"),
        ("over", "2018/2019-06"),
        ("later", "2019-08/.."),
        ("undated", ""),
    ):
        measure(slug, in_force)
    assert set(matching_slugs("measures", in_force_on="2019-07-12")) == {
        "exact", "from-some-day-in-july", "goes-on", "end-unknown", "start-unknown",
    }  # fmt: skip
    # Surely: it had begun whatever the day in July, and is known to go on or to have ended later.
    assert set(matching_slugs("measures", in_force_on="2019-07-12", certain="true")) == {"exact", "goes-on"}
    assert set(matching_slugs("measures", in_force_on="2019-07-31", certain="true")) == {
        "exact", "from-some-day-in-july", "goes-on",
    }  # fmt: skip


def test_the_first_and_the_last_day_count(db: None) -> None:
    measure("curbs", "2019-07-04/2023-03-23")
    for day in ("2019-07-04", "2023-03-23"):
        assert matching_slugs("measures", in_force_on=day, certain="true") == ["curbs"], day
    for day in ("2019-07-03", "2023-03-24"):
        assert matching_slugs("measures", in_force_on=day) == [], day


def test_measures_certainly_in_force_throughout_a_year(db: None) -> None:
    measure("curbs", "2019-07-04/2023-03-23")
    assert matching_slugs("measures", in_force_on="2020", certain="true") == ["curbs"]
    assert matching_slugs("measures", in_force_on="2019") == ["curbs"]
    assert matching_slugs("measures", in_force_on="2019", certain="true") == []
    assert matching_slugs("measures", in_force_on="2023", certain="true") == []
    assert matching_slugs("measures", in_force_on="2020/..", certain="true") == []


@pytest.fixture
def appointments(db: None) -> None:
    who, post = official("somebody"), office("minister", body("ministry"))
    for slug, start, end, more in (
        ("exact", "2019-03-05", "2019-09-11", {}),
        ("some-time-in-2019", "2019", "2019", {}),
        ("still", "2019-03", "", {"end_state": "ongoing"}),
        ("nobody-says", "2019-03", "", {"end_state": "unknown"}),
        ("ended-some-day", "2019-03", "", {"end_state": "ended"}),
        ("start-blank", "", "2019-09", {}),
        ("both-blank", "", "", {}),
        ("acting", "2019-07-12", "2019-07-12", {"mode": "acting"}),
        ("nominee", "2019-03", "2019-09", {"mode": "nominee"}),
        ("over", "2018", "2019-07-11", {}),
    ):
        appointment(slug, who, post, start, end, **more)


def test_an_appointment_may_run_on_a_day_where_a_bound_is_blank(appointments: None) -> None:
    assert set(matching_slugs("appointments", on="2019-07-12")) == {
        "exact", "some-time-in-2019", "still", "nobody-says", "ended-some-day", "start-blank", "both-blank", "acting",
    }  # fmt: skip


def test_a_blank_end_is_certainly_ongoing_only_with_that_end_state(appointments: None) -> None:
    assert set(matching_slugs("appointments", on="2019-07-12", certain="true")) == {"exact", "still", "acting"}


def test_certainly_in_office_throughout_a_month(appointments: None) -> None:
    assert set(matching_slugs("appointments", on="2019-07", certain="true")) == {"exact", "still"}
    assert matching_slugs("appointments", on="2019-03", certain="true") == [
        "over"
    ]  # the others may have begun on its 31st


def test_a_nominee_is_found_by_mode_and_never_by_day(appointments: None) -> None:
    assert matching_slugs("appointments", mode="nominee") == ["nominee"]
    assert matching_slugs("appointments", mode="nominee", on="2019-07-12") == []
    assert matching_slugs("appointments", mode=["acting", "nominee"]) == ["nominee", "acting"]


def test_an_official_in_two_offices_at_once_is_found_by_each_and_once(db: None) -> None:
    kim, kang = official("kim"), official("kang")
    council, house = body("council", state("KR")), body("house", state("KR"))
    deputy, secretary = office("deputy", house), office("secretary", council)
    appointment("kim-deputy", kim, deputy, "2019-03", "2020-07")
    appointment("kim-secretary", kim, secretary, "2019-03-05", "2020-07-05")
    appointment("kang-secretary", kang, secretary, "2017", "2018")
    assert matching_slugs("officials", in_office_on="2019-07-12", certain="true") == ["kim"]
    assert matching_slugs("officials", office="deputy") == ["kim"]
    assert matching_slugs("officials", office="secretary") == ["kang", "kim"]
    assert matching_slugs("officials", office=["deputy", "secretary"], in_office_on="2019-07-12") == ["kim"]
    assert matching_slugs("appointments", official="kim", on="2019-07-12") == ["kim-deputy", "kim-secretary"]


def test_office_body_and_day_must_match_one_appointment(db: None) -> None:
    """Whoever was deputy in 2017 and is secretary now was not secretary in 2017."""
    kim = official("kim")
    council, house = body("council"), body("house")
    deputy, secretary = office("deputy", house), office("secretary", council)
    appointment("once-deputy", kim, deputy, "2017-01-01", "2017-12-31")
    appointment("now-secretary", kim, secretary, "2019-01-01", "2019-12-31")
    assert matching_slugs("officials", office="deputy", in_office_on="2017-06") == ["kim"]
    assert matching_slugs("officials", office="secretary", in_office_on="2017-06") == []
    assert matching_slugs("officials", body="council", in_office_on="2019-06") == ["kim"]
    assert matching_slugs("officials", body="council", in_office_on="2017-06") == []
    assert matching_slugs("officials", office="deputy", body="council") == []
    assert matching_slugs("officials", office="deputy", body="house") == ["kim"]


def test_a_nominee_is_not_in_office(db: None) -> None:
    post = office("minister", body("ministry"))
    appointment("named", official("nominee"), post, "2019", "2020", mode="nominee")
    appointment("served", official("minister-herself"), post, "2019", "2020")
    assert matching_slugs("officials", body="ministry", in_office_on="2019-07") == ["minister-herself"]
