"""Agreement with the edtf package on levels 0 and 1, where it is right.

Where it is wrong (each held below by its own test, so that a new release that is right is noticed): winter ends with
December, an interval with an open end has no bounds to ask for, one with an unknown end is given ten years, and an
interval may run backwards.
"""

from __future__ import annotations

from datetime import date

import pytest
from edtf import parse_edtf
from hypothesis import given
from hypothesis import strategies as st

from archive.dates import PartialDate, PartialDateError
from tests.support.date_strategies import decades, months, plain, seasons, unspecified, years

pytestmark = pytest.mark.slow


def _bounds(text: str) -> tuple[date, date]:
    parsed = parse_edtf(text)
    return date(*parsed.lower_strict()[:3]), date(*parsed.upper_strict()[:3])


def _ours(text: str) -> tuple[date | None, date | None]:
    parsed = PartialDate.parse(text)
    return parsed.earliest, parsed.latest


@given(st.one_of(plain, decades, unspecified))
def test_bounds_of_level_0_and_unspecified_digits_agree(text: str) -> None:
    assert _ours(text) == _bounds(text)


@given(st.one_of(years, months), st.sampled_from("~?%"))
def test_bounds_of_marked_years_and_months_agree(text: str, mark: str) -> None:
    assert _ours(text + mark) == _bounds(text + mark)


@given(seasons.filter(lambda text: not text.endswith("24")))
def test_bounds_of_seasons_agree_but_for_winter(text: str) -> None:
    assert _ours(text) == _bounds(text)


@given(plain, plain)
def test_bounds_of_intervals_agree_unless_reversed(content: str, other: str) -> None:
    text = f"{content}/{other}"
    lower, upper = _bounds(text)
    if lower <= upper:
        assert _ours(text) == (lower, upper)
    else:
        with pytest.raises(PartialDateError, match="the interval's end lies before its start"):
            PartialDate.parse(text)


@pytest.mark.parametrize("text", ["2019-07-12T10:00:00Z", "Y17000", "-0044"])
def test_text_accepted_only_by_the_oracle_is_refused_with_a_reason(text: str) -> None:
    parse_edtf(text)
    with pytest.raises(PartialDateError) as refused:
        PartialDate.parse(text)
    assert refused.value.reason


def test_known_errors_of_the_oracle() -> None:
    assert _bounds("2019-24") == (date(2019, 12, 1), date(2019, 12, 31))
    with pytest.raises(TypeError):
        _bounds("../1962")
    assert _bounds("2004/")[1] == date(2014, 1, 1)
    assert _bounds("2019-07/2019-01") == (date(2019, 7, 1), date(2019, 1, 31))
