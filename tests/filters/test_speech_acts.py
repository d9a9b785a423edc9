"""Filters of speech acts: kind, state, open on a day, and subject."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.models import SpeechAct
from tests.support import filter_records as make
from tests.support.filter_records import matching_slugs
from tests.support.graphql_client import data

pytestmark = pytest.mark.django_db


@pytest.fixture
def stated(db: None) -> Any:
    """On 12 July 2019."""
    return make.statement("said", "2019-07-12", body=make.state("KR"))


def test_an_act_is_open_until_an_outcome_is_certain(stated: Any) -> None:
    act = make.act(stated, "demand")
    make.outcome(act, "2019-08", "fulfilled")
    assert matching_slugs("speech-acts", open_on="2019-07-11") == []
    assert matching_slugs("speech-acts", open_on="2019-07-12") == ["said-1"]
    assert matching_slugs("speech-acts", open_on="2019-08-30") == ["said-1"]  # it may be of the 31st
    assert matching_slugs("speech-acts", open_on="2019-08-31") == []
    assert matching_slugs("speech-acts", open_on="2019-08") == []


def test_an_outcome_without_an_end_leaves_it_open(stated: Any) -> None:
    make.outcome(make.act(stated, "demand"), "2019-08/..", "partly_fulfilled")
    assert matching_slugs("speech-acts", open_on="2020") == ["said-1"]
    assert matching_slugs("speech-acts", open_on="2019-07/..") == []  # at the end of all days there is an outcome


@pytest.mark.parametrize("date", ["2019-07-20/..", "../2019-12-31", "2019-08/", "/2019-12-31"])
def test_an_outcome_without_a_known_start_or_end_leaves_no_act_certainly_open(stated: Any, date: str) -> None:
    make.outcome(make.act(stated, "demand"), date, "fulfilled")
    assert matching_slugs("speech-acts", open_on="2019-09-01") == ["said-1"]
    assert matching_slugs("speech-acts", open_on="2019-09-01", certain="true") == []


def test_only_answerable_kinds_are_open(stated: Any) -> None:
    for kind in ("assertion", "proposal", "offer", "commitment", "demand", "request", "threat", "denial", "regret"):
        make.act(stated, kind)
    assert matching_slugs("speech-acts", open_on="2019-08-01") == [f"said-{number}" for number in (2, 3, 4, 5, 6, 7)]
    assert matching_slugs("speech-acts", state="open") == [f"said-{number}" for number in (2, 3, 4, 5, 6, 7)]


def test_an_act_of_uncertain_date_is_open_from_its_earliest_day(db: None) -> None:
    for slug, date in (("some-day-in-july", "2019-07"), ("by-july", "../2019-07"), ("in-august", "2019-08")):
        make.act(make.statement(slug, date, body=make.state("KR")))
    assert set(matching_slugs("speech-acts", open_on="2019-07-01")) == {"some-day-in-july-1", "by-july-1"}


def test_the_state_is_the_last_outcome_by_date(stated: Any) -> None:
    rejected_then_met, untouched = make.act(stated, "demand"), make.act(stated, "demand")
    make.outcome(rejected_then_met, "2019-09-01", "fulfilled")
    make.outcome(rejected_then_met, "2019-08-01", "rejected")
    assert untouched.ordinal == 2
    assert matching_slugs("speech-acts", state="fulfilled") == ["said-1"]
    assert matching_slugs("speech-acts", state="rejected") == []
    assert matching_slugs("speech-acts", state="open") == ["said-2"]
    assert matching_slugs("speech-acts", state=["open", "fulfilled"]) == ["said-1", "said-2"]


def test_an_outcome_by_an_unpublished_event_is_hidden_from_the_public(stated: Any) -> None:
    draft = make.event("draft", "2019-08-01", status="draft")
    make.outcome(make.act(stated, "demand"), "2019-08-01", "fulfilled", event=draft)
    assert matching_slugs("speech-acts", state="open") == matching_slugs("speech-acts", open_on="2019-09") == ["said-1"]
    draft.status = "published"
    draft.save()
    assert matching_slugs("speech-acts", state="fulfilled") == ["said-1"]
    assert matching_slugs("speech-acts", open_on="2019-09") == []


def test_the_state_on_a_day_is_the_last_outcome_that_is_certain_by_then(stated: Any) -> None:
    act = make.act(stated, "demand")
    make.outcome(act, "2019-08-01", "rejected")
    make.outcome(act, "2019-09", "fulfilled")
    for day, state in (
        ("2019-07-12", "open"), ("2019-07-31", "open"), ("2019-08-01", "rejected"), ("2019-09-29", "rejected"),
        ("2019-09-30", "fulfilled"), ("2019-09", "fulfilled"), ("2019/..", "fulfilled"),
    ):  # fmt: skip
        for word in ("open", "rejected", "fulfilled"):
            assert matching_slugs("speech-acts", state=word, state_on=day) == ["said-1"] * (word == state), (day, word)
    assert matching_slugs("speech-acts", state_on="2019-07-11") == []
    assert matching_slugs("speech-acts", state_on="2019-07-12") == ["said-1"]


def test_a_state_on_a_day_is_certain_without_dates_that_may_lie_on_either_side(stated: Any) -> None:
    act = make.act(stated, "demand")
    make.outcome(act, "2019-09", "fulfilled")
    vague = make.act(make.statement("vague", "2019-07", body=make.state("JP")), "offer")
    assert vague.slug == "vague-1"
    for day, certain in (
        ("2019-07-12", ["said-1"]), ("2019-07-31", ["said-1", "vague-1"]), ("2019-08-31", ["said-1", "vague-1"]),
        ("2019-09-01", ["vague-1"]), ("2019-09-30", ["said-1", "vague-1"]),
    ):  # fmt: skip
        assert set(matching_slugs("speech-acts", state_on=day)) == {"said-1", "vague-1"}
        assert set(matching_slugs("speech-acts", state_on=day, certain="true")) == {*certain}, day


def test_open_on_a_day_is_the_state_open_on_that_day(stated: Any) -> None:
    make.outcome(make.act(stated, "demand"), "2019-08", "fulfilled")
    make.act(make.statement("vague", "../2019-08", body=make.state("JP")), "offer"), make.act(stated, "denial")
    for day in ("2019-07-11", "2019-07-12", "2019-08", "2019-08-15", "2019-09", "2019/..", "../2019-08"):
        expected = matching_slugs("speech-acts", open_on=day)
        assert matching_slugs("speech-acts", state="open", state_on=day) == expected, day


def test_an_act_is_certainly_open_where_no_outcome_may_lie_by_the_day(stated: Any) -> None:
    act = make.act(stated, "demand")  # of 12 July 2019
    make.outcome(act, "2019-09", "fulfilled")
    make.act(make.statement("vague", "2019-07", body=make.state("JP")), "offer")
    for day, possible, certain in (
        ("2019-07-12", ["said-1", "vague-1"], ["said-1"]),  # the offer may be of a later day of July
        ("2019-07-31", ["said-1", "vague-1"], ["said-1", "vague-1"]),
        ("2019-08-31", ["said-1", "vague-1"], ["said-1", "vague-1"]),
        ("2019-09-01", ["said-1", "vague-1"], ["vague-1"]),  # the demand may have been fulfilled on this day
        ("2019-09-29", ["said-1", "vague-1"], ["vague-1"]),
        ("2019-09-30", ["vague-1"], ["vague-1"]),
        ("2019-09", ["vague-1"], ["vague-1"]),
    ):
        assert set(matching_slugs("speech-acts", open_on=day)) == {*possible}, day
        assert set(matching_slugs("speech-acts", open_on=day, certain="true")) == {*certain}, day
        both = matching_slugs("speech-acts", state="open", state_on=day, certain="true")
        assert set(both) == {*certain}, day


@pytest.mark.parametrize("address", ["/api/v1/speech-acts/?fields=text", "/speech-acts/?kind=demand"])
def test_open_on_is_certain_in_rest_and_on_the_ledger(address: str, stated: Any, client: Client) -> None:
    make.outcome(make.act(stated, "demand", text="Withdraw the curbs"), "2019-09", "fulfilled")
    for certain, is_listed in (("", True), ("&certain=true", False)):
        content = client.get(f"{address}&open_on=2019-09-15{certain}").content.decode()
        assert ("Withdraw the curbs" in content) is is_listed


def test_open_on_is_certain_in_graphql(stated: Any) -> None:
    make.outcome(make.act(stated, "demand"), "2019-09", "fulfilled")
    query = '{{ speechActs(openOn: "2019-09-15"{}) {{ totalCount }} }}'
    assert data(query.format(""))["speechActs"] == {"totalCount": 1}
    assert data(query.format(", certain: true"))["speechActs"] == {"totalCount": 0}


def test_an_outcome_by_an_unpublished_event_is_in_no_state_on_a_day(stated: Any) -> None:
    draft = make.event("draft", "2019-08-01", status="draft")
    make.outcome(make.act(stated, "demand"), "2019-08-01", "fulfilled", event=draft)
    make.outcome(SpeechAct.objects.get(), "2019-09", "rejected", event=draft)
    assert matching_slugs("speech-acts", state="open", state_on="2019-10") == ["said-1"]
    assert matching_slugs("speech-acts", state="open", state_on="2019-09-15", certain="true") == ["said-1"]


def test_an_act_is_addressed_to_a_country_by_its_bodies_and_officials(stated: Any) -> None:
    japan = make.state("JP")
    ministry = make.body("ministry", parent=japan)
    premier = make.official("premier", state=japan)
    make.act(stated, "demand").addressee_bodies.add(ministry)
    make.act(stated, "demand").addressee_officials.add(premier)
    make.act(stated, "demand").addressee_bodies.add(japan)
    make.act(stated, "demand").addressee_bodies.add(make.state("RU"))
    make.act(stated, "demand")
    assert matching_slugs("speech-acts", addressee_country="JP") == ["said-1", "said-2", "said-3"]
    assert matching_slugs("speech-acts", addressee_country=["JP", "RU"], country="KR")[-1] == "said-4"
    type(ministry).objects.filter(pk=ministry.pk).update(status="draft")
    type(premier).objects.filter(pk=premier.pk).update(status="draft")
    assert matching_slugs("speech-acts", addressee_country="JP") == ["said-3"]


def test_kind_state_and_open_on_are_combined(stated: Any) -> None:
    make.act(stated, "demand"), make.act(stated, "offer"), make.act(stated, "assertion")
    assert matching_slugs("speech-acts", kind="demand", open_on="2019-08-01") == ["said-1"]
    assert matching_slugs("speech-acts", kind=["demand", "assertion"]) == ["said-1", "said-3"]
    assert matching_slugs("speech-acts", kind="assertion", state="open") == []


def test_conditional_filters_by_presence_of_a_condition(stated: Any) -> None:
    make.act(stated, "offer", condition="if the other side agrees"), make.act(stated, "offer")
    assert matching_slugs("speech-acts", conditional="true") == ["said-1"]
    assert matching_slugs("speech-acts", conditional="false") == ["said-2"]


def test_an_act_is_about_an_event_or_a_measure(stated: Any) -> None:
    ruling, curbs = make.event("ruling"), make.measure("curbs")
    make.act(stated, "demand", about_event=ruling), make.act(stated, "demand", about_measure=curbs), make.act(stated)
    assert matching_slugs("speech-acts", about="ruling") == ["said-1"]
    assert matching_slugs("speech-acts", about="curbs") == ["said-2"]
    assert matching_slugs("speech-acts", about=["curbs", "ruling"]) == ["said-1", "said-2"]


def test_acts_are_filtered_by_fields_of_their_statement(db: None) -> None:
    kim, korea = make.official("kim"), make.state("KR")
    make.act(make.statement("by-kim", "2019-07-12", speaker=kim))
    make.act(make.statement("for-korea", "2019-08", body=korea))
    assert (
        matching_slugs("speech-acts", speaker="kim")
        == matching_slugs("speech-acts", statement="by-kim")
        == ["by-kim-1"]
    )
    assert matching_slugs("speech-acts", body="KR") == matching_slugs("speech-acts", date="2019-08") == ["for-korea-1"]
    assert matching_slugs("speech-acts", date_before="2019-07") == ["by-kim-1"]
    assert matching_slugs("speech-acts", date_after="2019-08-15", certain="true") == []
    assert matching_slugs("speech-acts", date_after="2019-08-15") == ["for-korea-1"]
