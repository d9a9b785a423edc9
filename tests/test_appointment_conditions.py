"""Appointments in force on a date: database conditions compared with a computation in Python."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from archive.dates import PartialDate
from archive.models import Appointment, Statement
from tests.support import filter_records as r

pytestmark = pytest.mark.django_db

#: start, end, end state, born, died, existed: sound records and contradictory ones.
TERMS: list[tuple[str, str, str]] = [
    ("1949-11-01", "", "ongoing"), ("1949-11-01", "", "unknown"), ("1949-11", "1950-09", "ended"), ("", "", "unknown"),
    ("", "1951", "ended"), ("1950", "", "ongoing"), ("1952", "1953", "ended"),
]  # fmt: skip
LIVES = [("", ""), ("", "1950-06-01"), ("", "1950"), ("1900", "1950-06~"), ("1950-02-01", ""), ("", "../1950-06")]
BODIES = ["", "1949/1950-06-30", "1949/1950", "1950-02/..", "1949/", "/1950-03", "1950"]
DAYS = ["1949-12-01", "1950-01-01", "1950-01-31", "1950-06-01", "1950-06-02", "1950-06-30", "1950-07-01", "1951",
        "1950-05/1950-08", "1948/1952", "1951/..", "../1949", "2019"]  # fmt: skip


def _first(text: str) -> date:
    return (PartialDate.parse(text).earliest if text else None) or date.min


def _last(text: str) -> date:
    return (PartialDate.parse(text).latest if text else None) or date.max


def _may_run(term: tuple[str, str, str], life: tuple[str, str], existed: str, day: str) -> bool:
    begins = max(_first(text) for text in (term[0], life[0], existed, day))
    return begins <= min(_last(text) for text in (term[1], life[1], existed, day))


def _certainly_runs(term: tuple[str, str, str], life: tuple[str, str], existed: str, day: str) -> bool:
    parsed = PartialDate.parse(day)
    if not term[0] or parsed.earliest is None or parsed.latest is None:
        return False
    begins = max(_last(term[0]), _first(life[0]), _first(existed))
    if term[1]:
        ends = min(_first(term[1]), _last(life[1]), _last(existed))
    elif term[2] != "ongoing":
        return False
    else:
        body = PartialDate.parse(existed) if existed else None
        ends = min(_first(life[1]) if life[1] else date.max,
                   body.certain_until or date.min if body and body.latest else date.max)  # fmt: skip
    return begins <= parsed.earliest and parsed.latest <= ends


def _world() -> dict[str, Any]:
    people = [r.official(f"who-{n}", born=born or None, died=died or None) for n, (born, died) in enumerate(LIVES)]
    posts = [r.office(f"post-{n}", r.body(f"body-{n}", existed=span or None)) for n, span in enumerate(BODIES)]
    records, created = {}, []
    for (t, term), (w, life), (b, body) in product(enumerate(TERMS), enumerate(LIVES), enumerate(BODIES)):
        slug = f"a-{t}-{w}-{b}"
        created.append(Appointment(slug=slug, status="published", official=people[w], office=posts[b],
                                start=term[0] or None, end=term[1] or None, end_state=term[2]))  # fmt: skip
        records[slug] = (term, life, body)
    Appointment.objects.bulk_create(created)
    return records


def test_filters_agree_with_a_count_of_days() -> None:
    records = _world()
    for day in DAYS:
        possibly = {slug for slug, value in records.items() if _may_run(*value, day)}
        surely = {slug for slug, value in records.items() if _certainly_runs(*value, day)}
        parsed = PartialDate.parse(day)
        rows = Appointment.objects.all()
        assert set(rows.in_force(parsed).values_list("slug", flat=True)) == possibly, day
        assert set(rows.in_force(parsed, certain=True).values_list("slug", flat=True)) == surely, day
        assert surely <= possibly, day


@pytest.mark.parametrize("end_state", ["ongoing", "unknown", "ended"])
def test_officials_are_not_in_office_after_their_death(end_state: str) -> None:
    who, post = r.official("dead", died="1950-06-01"), r.office("post", r.body("house"))
    r.appointment("served", who, post, "1949-11-01", end_state=end_state)
    for query in ({}, {"office": "post"}, {"body": "house"}):
        for day, expected in (("1950-06-01", ["dead"]), ("1950-06-02", []), ("1950", ["dead"]), ("2019", [])):
            assert r.matching_slugs("officials", **query, in_office_on=day) == expected, day
    assert r.matching_slugs("officials", office="post", in_office_on="2019", certain="true") == []
    assert r.matching_slugs("appointments", on="2019") == []
    assert r.matching_slugs("appointments", on="1950-05") == ["served"]
    r.statement("last", "1950-06-01", speaker=who)
    r.statement("after", "1950-06-02", speaker=who)
    r.statement("some-time", "../1960", speaker=who)
    r.statement("years-later", "2019/..", speaker=who)
    assert r.matching_slugs("statements", office="post") == ["last", "some-time"]


def test_an_office_ends_with_its_body() -> None:
    who, post = r.official("minister"), r.office("post", r.body("state-no-more", existed="1949/1990-10-02"))
    r.appointment("served", who, post, "1985", "1995")
    r.appointment("early", r.official("too-early"), post, "1940", "1948")
    assert r.matching_slugs("officials", body="state-no-more", in_office_on="1990-10-02", certain="true") == [
        "minister"
    ]
    for day in ("1990-10-03", "1993", "1945"):
        assert r.matching_slugs("officials", body="state-no-more", in_office_on=day) == [], day
        assert r.matching_slugs("appointments", on=day) == [], day


def test_capacities_follow_the_same_rule() -> None:
    who = r.official("speaker", died="1950-06-01")
    r.appointment("served", who, r.office("post", r.body("house")), "1949")
    r.appointment("ended", who, r.office("other", r.body("gone", existed="1940/1949")), "1945")
    for slug, day, expected in (("in-life", "1950-05-31", ["served"]), ("after", "1951", []),
                                ("in-both", "1949", ["ended", "served"])):  # fmt: skip
        statement: Statement = r.statement(slug, day, speaker=who)
        statement.fill_capacities()
        assert [capacity.slug for capacity in statement.capacities.order_by("slug")] == expected, day
