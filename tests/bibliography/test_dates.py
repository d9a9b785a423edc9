"""Partial dates in citations: no more and no less than is known."""

from __future__ import annotations

from typing import Any

import pytest

from archive.bibliography.citation_dates import biblatex_date, certain_year, csl_date, ris_date
from archive.dates import PartialDate


@pytest.mark.parametrize(
    ("text", "csl", "ris"),
    [
        ("2019-07-04", {"date-parts": [[2019, 7, 4]]}, "2019/07/04/"),
        ("2019-07", {"date-parts": [[2019, 7]]}, "2019/07//"),
        ("0988", {"date-parts": [[988]]}, "0988///"),
        ("2019-22", {"date-parts": [[2019]], "season": 2}, "2019///summer 2019"),
        ("1936~", {"date-parts": [[1936]], "circa": True}, "1936///about 1936"),
        ("1936?", {"date-parts": [[1936]], "circa": True}, "1936///possibly 1936"),
        ("2019-06-28/2019-06-29", {"date-parts": [[2019, 6, 28], [2019, 6, 29]]}, "2019///28 to 29 June 2019"),
        ("1936/1940~", {"date-parts": [[1936], [1940]], "circa": True}, None),
        ("2019-03/..", {"literal": "since March 2019"}, "///since March 2019"),
        ("/2019-03", {"literal": None}, None),
        ("199X", {"literal": "the 1990s"}, "///the 1990s"),
        ("2019-XX", {"date-parts": [[2019]]}, "2019///"),
        ("2019-07-XX", {"date-parts": [[2019, 7]]}, "2019/07//"),
        ("2019-XX-XX~", {"date-parts": [[2019]], "circa": True}, None),
        ("2018-XX/2019-07-XX", {"date-parts": [[2018], [2019, 7]]}, None),
        ("[2019-07-04,2019-07-06]", {"literal": "4 or 6 July 2019"}, "2019///4 or 6 July 2019"),
        ("2019-21/2019-22", {"literal": None}, None),
    ],
)
def test_a_date_is_in_csl_and_ris_as_far_as_it_is_known(text: str, csl: dict[str, Any], ris: str | None) -> None:
    date = PartialDate.parse(text)
    expected = {"literal": date.display} if csl == {"literal": None} else csl
    assert csl_date(date) == expected
    assert ris_date(date) == (ris if ris is not None else ris_date(date))


def test_biblatex_has_edtf_of_levels_0_and_1() -> None:
    for text in ("2019-07-04", "2019-22", "1936~", "199X", "2019-03/..", "/2019-03"):
        assert biblatex_date(PartialDate.parse(text)) == text
    assert biblatex_date(PartialDate.parse("[2019-07-04,2019-07-06]")) == ""


def test_a_year_is_given_only_if_it_is_certain() -> None:
    assert certain_year(PartialDate.parse("[2019-07-04,2019-07-06]")) == 2019
    assert certain_year(PartialDate.parse("2019-12-31/2020-01-01")) is None
    assert certain_year(PartialDate.parse("199X")) is None
    assert certain_year(PartialDate.parse("2019/..")) is None
