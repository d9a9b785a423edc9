"""The state of a speech act on a day, with what uncertain dates allow."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from archive.act_state_on_day import ActState, act_state_on_day
from archive.dates import PartialDate


def on(day: str, said: str, *outcomes: tuple[str, str], kind: str = "demand") -> ActState:
    """The state of an act that was said then, with outcomes of a date and a kind."""
    act = SimpleNamespace(kind=kind, statement=SimpleNamespace(date=PartialDate.parse(said)))
    rows: list[Any] = []
    for pk, (text, of_kind) in enumerate(outcomes):
        parsed = PartialDate.parse(text)
        rows.append(SimpleNamespace(pk=pk, date=parsed, date_sort=parsed.sort, kind=of_kind))
    return act_state_on_day(act, rows, date.fromisoformat(day))


def test_the_state_is_that_of_the_last_outcome_that_is_certain_by_then() -> None:
    outcomes = ("2019-09-01", "fulfilled"), ("2019-08-01", "rejected")
    assert on("2019-07-31", "2019-07-12", *outcomes).state == "open"
    assert on("2019-08-01", "2019-07-12", *outcomes).state == "rejected"
    last = on("2019-09-01", "2019-07-12", *outcomes)
    assert (last.state, last.label, last.is_certain, last.days_in_words) == ("fulfilled", "fulfilled", True, "20")


def test_an_outcome_that_may_be_later_is_possible() -> None:
    state = on("2019-08-10", "2019-07-12", ("2019-08", "fulfilled"))
    assert (state.state, [row.kind for row in state.possible], state.is_certain) == ("open", ["fulfilled"], False)
    assert state.days_in_words == "20 to 29"
    assert on("2019-07-31", "2019-07-12", ("2019-08", "fulfilled")).is_certain
    assert on("2019-08-31", "2019-07-12", ("2019-08", "fulfilled")).state == "fulfilled"


def test_an_outcome_without_bounds_stays_possible() -> None:
    assert on("2030-01-01", "2019-07-12", ("2019-08/..", "fulfilled")).days_in_words == "20 to 3,826"
    before = on("2019-07-20", "2019-07-12", ("../2019-08", "fulfilled"))
    assert (before.state, before.days_in_words) == ("open", "0 to 8")


@pytest.mark.parametrize(
    ("day", "said", "is_said", "days"),
    [
        ("2019-07-20", "2019-07", False, "0 to 19"),
        ("2019-07-31", "2019-07", True, "0 to 30"),
        ("2019-08-10", "2019-07", True, "10 to 40"),
        ("2019-08-10", "../2019-07", True, "at least 10"),
        ("2019-08-10", "2019-07/..", False, "0 to 40"),
        ("2019-07-12", "2019-07-12", True, "0"),
    ],
)
def test_the_days_open_are_as_uncertain_as_the_date(day: str, said: str, is_said: bool, days: str) -> None:
    state = on(day, said)
    assert (state.state, state.is_said, state.days_in_words) == ("open", is_said, days)


def test_a_kind_that_calls_for_no_answer_has_no_state() -> None:
    state = on("2019-08-10", "2019-07-12", kind="accusation")
    assert (state.state, state.label, state.days_in_words, state.is_said) == ("", "", "", True)
