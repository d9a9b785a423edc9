"""The filter by state agrees with ``act_state``."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from archive.choices import OutcomeKind, SpeechActKind, State
from archive.dates import PartialDate
from archive.models import Body, Outcome, SpeechAct, Statement
from archive.sql.act_states import act_state, is_in_state

NOBODY = AnonymousUser()


@pytest.fixture
def acts(db: None) -> dict[str, SpeechAct]:
    """Three demands and an assertion: one without an outcome, one with one, one with two."""
    statement = Statement.objects.create(
        slug="demands", name="Demands", status="published", date=PartialDate.parse("2019-07-12"),
        attribution="collective", classification="note", body=Body.objects.get(iso3166="KR"),
    )  # fmt: skip
    kinds = {"unanswered": "demand", "met": "demand", "met-late": "demand", "said": "assertion"}
    values = {
        slug: SpeechAct.objects.create(slug=slug, statement=statement, ordinal=place, kind=kind, text=slug)
        for place, (slug, kind) in enumerate(kinds.items(), start=1)
    }
    for slug, date, kind in (
        ("met", "2019-08", OutcomeKind.FULFILLED),
        ("met-late", "2023-03", OutcomeKind.FULFILLED),
        ("met-late", "2019-08", OutcomeKind.REJECTED),
    ):
        Outcome.objects.create(speech_act=values[slug], date=PartialDate.parse(date), kind=kind)
    return values


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([State.OPEN], ["unanswered"]),
        ([State.FULFILLED], ["met", "met-late"]),
        ([State.REJECTED], []),
        ([State.OPEN, State.FULFILLED], ["met", "met-late", "unanswered"]),
    ],
)
def test_filter_by_last_outcome(acts: dict[str, SpeechAct], states: list[str], expected: list[str]) -> None:
    result = SpeechAct.objects.filter(is_in_state(NOBODY, states)).order_by("slug")
    assert [act.slug for act in result] == expected


def test_the_filter_agrees_with_act_state(acts: dict[str, SpeechAct]) -> None:
    for state in State.values:
        names = set(SpeechAct.objects.filter(is_in_state(NOBODY, [state])))
        assert names == {act for act in acts.values() if act_state(act, list(act.outcomes.all())) == state}


def test_of_two_outcomes_of_one_day_the_later_entered_is_the_last(acts: dict[str, SpeechAct]) -> None:
    act = acts["unanswered"]
    for date, kind in (("2019-08-01", OutcomeKind.REJECTED), ("2019-08-01~", OutcomeKind.FULFILLED)):
        Outcome.objects.create(speech_act=act, date=PartialDate.parse(date), kind=kind)
    assert act_state(act, list(act.outcomes.all())) == State.FULFILLED
    assert act in SpeechAct.objects.filter(is_in_state(NOBODY, [State.FULFILLED]))
    assert act not in SpeechAct.objects.filter(is_in_state(NOBODY, [State.REJECTED]))


def test_an_assertion_has_no_state(acts: dict[str, SpeechAct]) -> None:
    assert acts["said"].kind == SpeechActKind.ASSERTION
    assert act_state(acts["said"], []) is None
    assert acts["said"] not in SpeechAct.objects.filter(is_in_state(NOBODY, State.values))
