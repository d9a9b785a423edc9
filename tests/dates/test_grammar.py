"""The EDTF grammar: accepted notations with bounds, precision and ends; refused texts with reasons."""

from __future__ import annotations

import pytest

from archive.dates import PartialDate, PartialDateError

#: Text, earliest, latest, ends, precision.
ACCEPTED = [
    # Level 0: day, month, year, interval.
    ("2019-07-12", "2019-07-12", "2019-07-12", "known/known", "day"),
    ("2020-02-29", "2020-02-29", "2020-02-29", "known/known", "day"),
    ("0001-01-01", "0001-01-01", "0001-01-01", "known/known", "day"),
    ("9999-12-31", "9999-12-31", "9999-12-31", "known/known", "day"),
    ("2019-07", "2019-07-01", "2019-07-31", "known/known", "month"),
    ("2019-02", "2019-02-01", "2019-02-28", "known/known", "month"),
    ("2020-02", "2020-02-01", "2020-02-29", "known/known", "month"),
    ("1900-02", "1900-02-01", "1900-02-28", "known/known", "month"),
    ("2019", "2019-01-01", "2019-12-31", "known/known", "year"),
    ("0999", "0999-01-01", "0999-12-31", "known/known", "year"),
    ("2019-06-28/2019-06-29", "2019-06-28", "2019-06-29", "known/known", "interval"),
    ("2019-07-04/2019-07-04", "2019-07-04", "2019-07-04", "known/known", "interval"),
    ("2019/2020-02", "2019-01-01", "2020-02-29", "known/known", "interval"),
    ("2019-07-04/2023", "2019-07-04", "2023-12-31", "known/known", "interval"),
    ("2019-07-12/2019-07", "2019-07-12", "2019-07-31", "known/known", "interval"),
    # Level 1: seasons, marks, unspecified digits, open and unknown ends.
    ("2019-21", "2019-03-01", "2019-05-31", "known/known", "season"),
    ("2019-22", "2019-06-01", "2019-08-31", "known/known", "season"),
    ("2019-23", "2019-09-01", "2019-11-30", "known/known", "season"),
    ("2019-24", "2019-12-01", "2020-02-29", "known/known", "season"),
    ("2018-24", "2018-12-01", "2019-02-28", "known/known", "season"),
    ("1936~", "1936-01-01", "1936-12-31", "known/known", "year"),
    ("1936-05?", "1936-05-01", "1936-05-31", "known/known", "month"),
    ("1936-05-01%", "1936-05-01", "1936-05-01", "known/known", "day"),
    ("2019-22~", "2019-06-01", "2019-08-31", "known/known", "season"),
    ("199X", "1990-01-01", "1999-12-31", "known/known", "decade"),
    ("199X~", "1990-01-01", "1999-12-31", "known/known", "decade"),
    ("000X", "0001-01-01", "0009-12-31", "known/known", "decade"),
    ("19XX", "1900-01-01", "1999-12-31", "known/known", "century"),
    ("00XX", "0001-01-01", "0099-12-31", "known/known", "century"),
    ("2019-XX", "2019-01-01", "2019-12-31", "known/known", "year"),
    ("2019-XX-XX", "2019-01-01", "2019-12-31", "known/known", "year"),
    ("2019-07-XX", "2019-07-01", "2019-07-31", "known/known", "month"),
    ("2019-03/..", "2019-03-01", None, "known/open", "interval"),
    ("../2019-07-12", None, "2019-07-12", "open/known", "interval"),
    ("2019-03/", "2019-03-01", None, "known/unknown", "interval"),
    ("/2019-07-12", None, "2019-07-12", "unknown/known", "interval"),
    ("2004-06~/2006-08?", "2004-06-01", "2006-08-31", "known/known", "interval"),
    ("199X/2019-22", "1990-01-01", "2019-08-31", "known/known", "interval"),
    # Level 2: the one-of set.
    ("[2019-07-04,2019-07-05]", "2019-07-04", "2019-07-05", "known/known", "set"),
    ("[2019-07-05, 2019-07-04]", "2019-07-04", "2019-07-05", "known/known", "set"),
    ("[1936,1938~]", "1936-01-01", "1938-12-31", "known/known", "set"),
    ("[1901,1902,1903,1904,1905,1906,1907,1908]", "1901-01-01", "1908-12-31", "known/known", "set"),
]
_YEARS = "years before 1 and after 9999 are not supported"
_DECIMAL = "a spreadsheet writes 2019.1 for January and for 2019.10, October: a month has two digits"
_SHORT_END = "the end of an interval is written in full, as its start is"
_WORDS = "a date is written in figures, and only English words such as July or summer are understood"
_CENTURY = "a century is written by its first two figures: {0}XX is {0}00 to {0}99"
_MONTHS = (
    "a part of a year is written by its months: 2019-07/2019-09 for all of it, "
    "[2019-07,2019-08,2019-09] for some time in it"
)
_NO_DAYS = "'{}' says no days: write the whole year or decade, or its first and last month"
_RELATIVE = "'{}' depends on the day of reading: write the date itself"
REFUSED = [
    ("20th century", _CENTURY.format("19")),
    ("the early 2nd century", _CENTURY.format("01")),
    ("0th century", _WORDS),
    ("the 1800s", "ten years or a hundred? They are written 180X and 18XX"),
    ("third quarter of 2019", _MONTHS),
    ("2019Q3", _MONTHS),
    ("the first half of 2019", _MONTHS),
    ("Early 2019", _NO_DAYS.format("early")),
    ("late July 2019", _NO_DAYS.format("late")),
    ("the end of 1945", _NO_DAYS.format("end")),
    ("after July 1950", "'after' does not say until when. Lists are filtered by date_after"),
    ("July '19", "years have four digits"),
    ("Jul 4, 19", "years have four digits"),
    ("", "the text is empty"),
    ("   ", "the text is empty"),
    ("2019-13", "there is no month 13"),
    ("2019-00", "there is no month 00"),
    ("2019-20", "there is no month 20"),
    ("2019-25", "25 is a season of the northern hemisphere; it is of level 2 and not read"),
    ("2019-02-30", "2019-02 has 28 days"),
    ("2020-02-30", "2020-02 has 29 days"),
    ("2019-07-00", "2019-07 has 31 days"),
    ("2019-04-31", "2019-04 has 30 days"),
    ("2019-22-01", "a season has no days"),
    ("0000", "there is no year 0"),
    ("0000-01", "there is no year 0"),
    ("-0044", _YEARS),
    ("-0044-03-15", _YEARS),
    ("-0044/2019", _YEARS),
    ("Y17000", _YEARS),
    ("Y-17000", _YEARS),
    ("9999-24", "winter 9999 ends in the year 10000, and years before 1 and after 9999 are not supported"),
    ("--07-12", "a date needs its year"),
    ("2019-28", "28 is a season of the northern hemisphere; it is of level 2 and not read"),
    ("2019-29", "29 is a season of the southern hemisphere; it is of level 2 and not read"),
    ("2001-33", "33 is a quarter; it is of level 2 and not read"),
    ("2001-36~", "36 is a quarter; it is of level 2 and not read"),
    ("2001-37/2002", "37 is a third of a year; it is of level 2 and not read"),
    ("2001-41", "41 is a half-year; it is of level 2 and not read"),
    ("2001-42", "there is no month 42"),
    ("2004-06-~11", "a mark before the end of a date is of level 2 and not read"),
    ("[..1984]", "a range in a set is of level 2 and not read"),
    ("[1760-12..]", "a range in a set is of level 2 and not read"),
    ("{1960,1961-12}", "a set of several dates {a,b} is of level 2 and not read"),
    ("1950S2", "a year with an exponent or significant digits is of level 2 and not read"),
    ("156X-12-25", "a year with a month is given in full"),
    ("12/13/2019", "a day is written year, month, day with hyphens"),
    ("2019/07/12", "a day is written year, month, day with hyphens"),
    ("12-07-2019", "12-07-2019: day or month first? A day is written year, month, day with hyphens"),
    ("12.07.2019", "a day is written year, month, day with hyphens"),
    ("7/7/2019", "a day is written year, month, day with hyphens"),
    ("12019", "years have four digits"),
    ("[2019,12020]", "years have four digits"),
    ("20190712", "a day is written with hyphens"),
    ("2019-07-12T10:00", "a date is given without a time of day"),
    ("2019-07-12T10:00:00Z", "a date is given without a time of day"),
    ("2XXX", "at most the last two digits of a year are unspecified"),
    ("XXXX", "at most the last two digits of a year are unspecified"),
    ("1X99", "at most the last two digits of a year are unspecified"),
    ("20XX-07", "a year with a month is given in full"),
    ("2019-XX-12", "a day needs its month"),
    ("2019-1X", "a month or day is unspecified as XX"),
    ("2019-07-1X", "a month or day is unspecified as XX"),
    ("2023/2019", "the interval's end lies before its start"),
    ("2019-07-05/2019-07-04", "the interval's end lies before its start"),
    ("2019/2018-12", "the interval's end lies before its start"),
    ("12/07/2019", "12/07/2019: day or month first? A day is written year, month, day with hyphens"),
    ("2019/2020/2021", "an interval has one slash"),
    ("../..", "an interval names at least one of its ends"),
    ("/", "an interval names at least one of its ends"),
    ("../", "an interval names at least one of its ends"),
    ("[2019]", "a one-of set has two to 8 dates, this one 1"),
    ("[1901,1902,1903,1904,1905,1906,1907,1908,1909]", "a one-of set has two to 8 dates, this one 9"),
    ("[2019,2020", "a one-of set is written [a,b]"),
    ("2019,2020]", "a one-of set is written [a,b]"),
    ("[2019,]", ""),
    ("[2019..2021,2023]", "a range in a set is of level 2 and not read"),
    ("[2019/2020,2021]", "a range in a set is of level 2 and not read"),
    ("{2019,2020}", "a set of several dates {a,b} is of level 2 and not read"),
    ("2019-7-12", "a month and a day have two digits"),
    ("19", "years have four digits"),
    ("2019-", ""),
    ("2019-07-12-01", "a date has a year, a month and a day at most"),
    ("2019?~", "a date has one mark: % is ~ and ? together"),
    ("?2019", "a mark before the end of a date is of level 2 and not read"),
    ("2019-07?-12", "a mark before the end of a date is of level 2 and not read"),
    ("2019-S1", ""),
    ("19xx", ""),
    ("yesterday", _RELATIVE.format("yesterday")),
    ("last Friday", _RELATIVE.format("last friday")),
    ("3 days ago", _RELATIVE.format("3 days ago")),
    ("12 Juli 2019", _WORDS),
    ("Sommer 2019", _WORDS),
    ("44 BC", _YEARS),
    ("44 B.C.", _YEARS),
    ("100 BCE", _YEARS),
    ("July 2019", ""),
    ("2019-07-12/15", _SHORT_END),
    ("2000/01", _SHORT_END),
    ("1999/00", _SHORT_END),
    ("2019-07-12/08-15", _SHORT_END),
    ("7/2019", "a month is written year and month with a hyphen"),
    ("20 19", ""),
    ("2019.5", _DECIMAL),
    ("2019.1", _DECIMAL),
    ("2019.5/2019.7", _DECIMAL),
    ("2019.05", ""),
    ("31 June 2019", "2019-06 has 30 days"),
    ("June 31st, 2019", "2019-06 has 30 days"),
    ("31.06.2019", "2019-06 has 30 days"),
    ("31/06/2019", "2019-06 has 30 days"),
    ("28-31 June 2019", "2019-06 has 30 days"),
    ("29 February 2019 to 3 March 2019", "2019-02 has 28 days"),
    ("5 July 2019 to 1 July 2019", "the interval's end lies before its start"),
    ("Monday, 12 July 2019", "2019-07-12 is no Monday"),
    ("２０１９", "it has characters other than ASCII"),
    ("2019\u2013 07", "it has characters other than ASCII"),
    ("2019\x00", ""),
    ("2019-07-12" + "~" * 60, "70 characters, at most 64 are read"),
]


@pytest.mark.parametrize(("text", "earliest", "latest", "ends", "precision"), ACCEPTED)
def test_accepted_notations(text: str, earliest: str | None, latest: str | None, ends: str, precision: str) -> None:
    date = PartialDate.parse(text)
    assert (date.text, str(date), date.ends, date.precision) == (text.replace(", ", ","), date.text, ends, precision)
    assert [day and day.isoformat() for day in (date.earliest, date.latest)] == [earliest, latest]


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_invalid_text_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(PartialDateError) as refused:
        PartialDate.parse(text)
    error = refused.value
    assert error.reason == reason
    assert error.expected == "an EDTF date such as 2019-07-12, 2019-07, 1936~, 2019-07-04/.. or 2019-06-28/2019-06-29"
    assert f"got '{error.got}'" in str(error)
    assert error.expected in str(error)


def test_text_longer_than_64_characters_is_refused() -> None:
    longest = "[2019-07-01,2019-07-02,2019-07-03,2019-07-04,2019-07-05,2019-07]"
    assert len(longest) == 64
    assert PartialDate.parse(longest).latest == PartialDate.parse("2019-07").latest
    with pytest.raises(PartialDateError, match="65 characters, at most 64 are read"):
        PartialDate.parse(longest.replace("2019-07]", "2019-07?]"))


def test_surrounding_spaces_are_removed() -> None:
    assert PartialDate.parse("  2019-07\n").text == "2019-07"


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [("1936", False, False), ("1936~", True, False), ("1936?", False, True), ("1936%", True, True),
     ("1936/1940~", True, False)],
)  # fmt: skip
def test_qualifiers_do_not_change_the_bounds(text: str, approximate: bool, uncertain: bool) -> None:
    date = PartialDate.parse(text)
    assert (date.is_approximate, date.is_uncertain) == (approximate, uncertain)
    assert str(date.earliest) == "1936-01-01"


def test_errors_truncate_long_text_and_escape_control_characters() -> None:
    with pytest.raises(PartialDateError) as refused:
        PartialDate.parse("\x00" + "9" * 100_000)
    assert refused.value.got == "\\x00" + "9" * 62 + "…"
