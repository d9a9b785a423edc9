"""Suggestions for other notations: generated phrases with known dates, and texts without exactly one reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from archive.dates import PartialDate, PartialDateError
from archive.dates.east_asian import display_in
from archive.dates.parser import MAX_LENGTH
from archive.dates.suggestion import suggest
from tests.support.date_strategies import anything, close_dates, written

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        # Korean, Chinese and Japanese.
        ("2019년 7월 4일", "2019-07-04"), ("2019년 7월", "2019-07"), ("936년", "0936"), ("2019年7月4日", "2019-07-04"),
        ("2019년 봄경", "2019-21~"), ("약 1936년", "1936~"), ("約1936年", "1936~"), ("서기 42년", "0042"),
        ("2019년 7월부터 8월까지", "2019-07/2019-08"), ("2019年7月4日至5日", "2019-07-04/2019-07-05"),
        ("2019년 7월 4일~8월", "2019-07-04/2019-08"), ("2019년 11월~12월 1일", "2019-11/2019-12-01"),
        ("2019년 7월 4일, 5일 또는 8일", "[2019-07-04,2019-07-05,2019-07-08]"), ("1950年代", "195X"),
        ("令和元年7月", "2019-07"), ("平成31年4月30日", "2019-04-30"), ("昭和64年", "1989"), ("明治6年", "1873"),
        # Weeks of ISO 8601, and dots for a slash.
        ("2019-W28", "2019-07-08/2019-07-14"), ("2019-W28-5", "2019-07-12"), ("2020W53", "2020-12-28/2021-01-03"),
        ("2019-07..2019-08", "2019-07/2019-08"), ("2019-06-28 ... 2019-06-29", "2019-06-28/2019-06-29"),
        # Ranges, with what is said once for both ends.
        ("12-13 July 2019", "2019-07-12/2019-07-13"),
        ("12–13 July 2019", "2019-07-12/2019-07-13"),
        ("July 12-13, 2019", "2019-07-12/2019-07-13"),
        ("28 June - 2 July 2019", "2019-06-28/2019-07-02"),
        ("June 28 to July 2, 2019", "2019-06-28/2019-07-02"),
        ("from 28 December 2018 to 2 January 2019", "2018-12-28/2019-01-02"),
        ("between 12 and 15 July 2019", "2019-07-12/2019-07-15"),
        ("between July and August 2019", "2019-07/2019-08"),
        ("12 and 13 July 2019", "2019-07-12/2019-07-13"),
        ("June-July 2019", "2019-06/2019-07"),
        ("1999-2001", "1999/2001"),
        ("1941 – 1945", "1941/1945"),
        ("1950-51", "1950/1951"),
        ("1950/51", "1950/1951"),
        ("1914-18", "1914/1918"),
        ("2019-07-12/15", "2019-07-12/2019-07-15"),
        ("2019-07-12/08-15", "2019-07-12/2019-08-15"),
        ("2019-07/09", "2019-07/2019-09"),
        ("7/2019", "2019-07"),
        ("1950s-1960s", "195X/196X"),
        ("2019-06-28 to 2019-06-29", "2019-06-28/2019-06-29"),
        ("2019-06-28 / 2019-06-29", "2019-06-28/2019-06-29"),
        ("c. 1936 to c. 1938", "1936~/1938~"),
        # One of several.
        ("July or August 2019", "[2019-07,2019-08]"),
        ("4 or 5 July 2019", "[2019-07-04,2019-07-05]"),
        ("4, 5 or 8 July 2019", "[2019-07-04,2019-07-05,2019-07-08]"),
        ("July 4, 5 or 8, 2019", "[2019-07-04,2019-07-05,2019-07-08]"),
        ("31 July or 1 August 2019", "[2019-07-31,2019-08-01]"),
        ("2018 or 2019", "[2018,2019]"),
        # Half open.
        ("before 12 July 2019", "../2019-07-11"),
        ("before 1 March 2020", "../2020-02-29"),
        ("before July 2019", "../2019-06"),
        ("before 1950", "../1949"),
        ("until 12 July 2019", "../2019-07-12"),
        ("by 12 July 2019", "../2019-07-12"),
        ("since March 2019", "2019-03/.."),
        # Marks.
        ("c. 1936", "1936~"), ("ca 1936", "1936~"), ("c1936", "1936~"), ("around 12 July 2019", "2019-07-12~"),
        ("1950 ?", "1950?"), ("1950(?)", "1950?"), ("[1950?]", "1950?"), ("[1950]", "1950"), ("July 1950?", "1950-07?"),
        ("possibly 1936", "1936?"), ("possibly about 1936", "1936%"), ("c. 1936?", "1936%"), ("1984?~", "1984%"),
        # Single dates in words.
        ("the 12th of July, 2019", "2019-07-12"), ("Jul. 12th, 2019", "2019-07-12"), ("12-Jul-2019", "2019-07-12"),
        ("Friday, 12 July 2019", "2019-07-12"), ("Fri 12 July 2019", "2019-07-12"), ("2019 July 12", "2019-07-12"),
        ("on 12 July 2019", "2019-07-12"), ("Jul-2019", "2019-07"), ("Sept 2019", "2019-09"),
        ("Summer 1950", "1950-22"), ("fall of 1950", "1950-23"), ("winter 1950-51", "1950-24"),
        ("1950s", "195X"), ("the 1950's", "195X"), ("in the 1950s", "195X"), ("the year 42", "0042"),
        # Figures.
        ("2019/07/12", "2019-07-12"), ("2019-7-4", "2019-07-04"), ("2019.7.4", "2019-07-04"),
        ("20190712", "2019-07-12"),
        ("12.07.2019", "2019-07-12"), ("1.2.1950", "1950-02-01"), ("13-07-2019", "2019-07-13"),
        ("07/07/2019", "2019-07-07"), ("2019/7", "2019-07"), ("07/2019", "2019-07"), ("2019-7", "2019-07"),
        ("2019.05", "2019-05"), ("2019.10", "2019-10"), ("2019. 5", "2019-05"), ("2019.0", "2019"),
        ("1950-00-00", "1950"), ("1950-07-00", "1950-07"), ("1950-00", "1950"), ("19500000", "1950"),
        ("2019-7-4/2019-7-6", "2019-07-04/2019-07-06"),
        ("1972-09-16T00:00:00Z", "1972-09-16"), ("1972-09-16T00:00:00.000+00:00", "1972-09-16"),
        ("2019-07-12 00:00:00", "2019-07-12"), ("2019-07-01 00:00", "2019-07-01"),
        ("7/13/2019 12:00:00 AM", "2019-07-13"), ("12 July 2019 00:00", "2019-07-12"),
        ("+1883-00-00T00:00:00Z", "1883"), ("+1883-05-00T00:00:00Z", "1883-05"),
        ("43658", "2019-07-12"), ("43658.0", "2019-07-12"), ("10000", "1927-05-18"), ("99999", "2173-10-13"),
        ("２０１９-０７-１２", "2019-07-12"),
        # EDTF as its draft had it.
        ("19xx", "19XX"), ("198u", "198X"), ("2004-uu", "2004-XX"), ("2004/open", "2004/.."), ("2004/unknown", "2004/"),
    ],
)  # fmt: skip
def test_a_text_with_one_reading_has_that_suggestion(text: str, suggestion: str) -> None:
    with pytest.raises(PartialDateError) as refused:
        PartialDate.parse(text)
    assert refused.value.suggestion == suggestion
    assert f"Did you mean '{suggestion}'?" in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        # Words that say more than a date here can.
        "12 July 0044 BC", "12 July 2019 BC", "44 BCE", "12 July 1950 (Julian)", "22 Ramadan 977", "977 AH",
        "11 February 1731/32 O.S.", "late July 2019", "early 1950s", "mid-1950", "night of 12-13 July 1944",
        "not 12 July 2019", "not before 12 July 2019", "July 12, 2019 or later", "after 12 July 2019", "from 1950",
        "19th century", "12 juillet 2019", "Q3 2019", "12 July 2019, evening", "12 July 2019 and so on", "yesterday",
        "2019년 2월 30일", "2019년 7월 말", "2019년 13월", "기원전 44년", "2019일",
        # A day that may be written in two calendars, eleven days apart.
        "11-22 February 1732", "12-24 January 1850",
        # Two readings.
        "12/07/2019", "12-07-2019", "12/13 July 2019", "1900s", "2001/07", "2001-7", "2001-33", "1936-39",
        "1999-00", "1999/00", "about 12-13 July 1950", "c. 1936-1938", "1936-1938?", "1936 or 1938?",
        "31 December or 1 January 2019", "12 and 15 July 2019", "July 1999-2001", "+1950-01-01T00:00:00Z",
        # Too little, too much, or contradicting itself.
        "12/07/19", "12-Jul-19", "Jul-19", "July", "12 July", "12 July 2019 12 July 2019", "July 2019 99999999999999",
        "Saturday, 12 July 2019", "12st July 2019", "0th July 2019", "31 February 2019", "13-12 July 2019",
        "12-12 July 2019", "28 December - 2 January 2019", "winter 1950-52", "2019-13", "2019-13-07", "1990-13",
        "60", "59", "1", "366", "123456", "43658.5", "2019.5", "2019.1",
        "0000-00-00", "1950-00-05", "20191301", "--07-12",
        "2019-07-12T10:00:00Z", "2019-07-12T00:00:00+09:00", "before 1 January 1", "before 0001", "before about 1950",
        "one of 2019", "[2019,]", "",
        # No such day, week or year of an era, or too little, in words of East Asia.
        "2019년 0월", "2019년 7월 0일", "7월 12일", "2019년 7월~8일", "2019년~8월", "2019년 봄~8월", "2019년 7월경~8월",
        "1900年代", "2019年代", "明治5年", "平成32年", "令和0年", "約1936年頃", "2019-W54", "2019-W00", "9999-W52",
    ],
)  # fmt: skip
def test_a_text_with_no_or_several_readings_has_no_suggestion(text: str) -> None:
    with pytest.raises(PartialDateError) as refused:
        PartialDate.parse(text)
    assert refused.value.suggestion == ""
    assert "Did you mean" not in str(refused.value)


@dataclass(frozen=True)
class SuggestionCase:
    """A date in English, and the first and last day that it means."""

    words: str
    first: date
    last: date


def _month_end(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)


_DAYS = st.dates(min_value=date(1000, 2, 1), max_value=date(9998, 12, 31))


@st.composite
def spoken_days(draw: st.DrawFn) -> SuggestionCase:
    day = draw(_DAYS)
    month = draw(st.sampled_from([MONTHS[day.month - 1], MONTHS[day.month - 1][:3]]))
    ordinal = "th" if 11 <= day.day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    forms = [
        f"{day.day} {month} {day:%Y}", f"{month} {day.day}, {day:%Y}", f"{day.day}-{month}-{day:%Y}",
        f"{day.day}{ordinal} of {month} {day:%Y}", f"{day:%A}, {day.day} {month} {day:%Y}", f"{day:%Y/%m/%d}",
        f"{day:%Y} {month} {day.day}",
    ]  # fmt: skip
    return SuggestionCase(draw(st.sampled_from(forms)), day, day)


@st.composite
def spoken_months(draw: st.DrawFn) -> SuggestionCase:
    day = draw(_DAYS).replace(day=1)
    month = draw(st.sampled_from([MONTHS[day.month - 1], MONTHS[day.month - 1][:3]]))
    words = draw(st.sampled_from([f"{month} {day:%Y}", f"{month}, {day:%Y}", f"{day:%Y} {month}", f"{day:%m/%Y}"]))
    return SuggestionCase(words, day, _month_end(day))


@st.composite
def spoken_years(draw: st.DrawFn) -> SuggestionCase:
    year = draw(st.integers(1000, 9998))
    return SuggestionCase(f"{year}", date(year, 1, 1), date(year, 12, 31))


spoken = st.one_of(spoken_days(), spoken_months(), spoken_years())


def _suggested(words: str) -> PartialDate:
    text = suggest(words)
    assert text, words
    return PartialDate.parse(text)


@given(st.one_of(spoken_days(), spoken_months()))
def test_a_phrase_generated_from_a_date_suggests_that_date(generated: SuggestionCase) -> None:
    suggestion = _suggested(generated.words)
    assert (suggestion.earliest, suggestion.latest) == (generated.first, generated.last)


@given(spoken, st.sampled_from([("about {}", "~"), ("c. {}", "~"), ("{}?", "?"), ("possibly about {}", "%")]))
def test_a_qualified_phrase_keeps_its_qualifier(generated: SuggestionCase, mark: tuple[str, str]) -> None:
    suggestion = _suggested(mark[0].format(generated.words))
    assert (suggestion.earliest, suggestion.latest, suggestion.qualifiers) == (generated.first, generated.last, mark[1])


@given(spoken, spoken, st.sampled_from(["from {} to {}", "{} through {}", "between {} and {}"]))
def test_a_range_of_phrases_runs_from_the_first_day_to_the_last(
    generated: SuggestionCase, other: SuggestionCase, form: str
) -> None:
    first, last = sorted((generated, other), key=lambda generated: (generated.first, generated.last))
    assume((first.first, first.last) != (last.first, last.last))
    suggestion = _suggested(form.format(first.words, last.words))
    assert (suggestion.earliest, suggestion.latest, suggestion.precision) == (first.first, last.last, "interval")


@given(_DAYS, st.integers(1, 40))
def test_a_range_with_a_shared_month_or_year_has_both_days(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    assume(first.year == last.year and first.year > 1923)
    month, other = MONTHS[first.month - 1], MONTHS[last.month - 1]
    if month == other:
        phrases = [f"{first.day}-{last.day} {month} {first:%Y}", f"{month} {first.day} to {last.day}, {first:%Y}"]
    else:
        phrases = [f"{first.day} {month} - {last.day} {other} {first:%Y}"]
    for phrase in phrases:
        assert suggest(phrase) == f"{first}/{last}"


@given(spoken)
def test_before_ends_on_the_day_before(generated: SuggestionCase) -> None:
    suggestion = _suggested(f"before {generated.words}")
    assert (suggestion.earliest, suggestion.latest) == (None, generated.first - timedelta(days=1))


@given(spoken)
def test_until_and_since_include_their_date(generated: SuggestionCase) -> None:
    until, since = _suggested(f"until {generated.words}"), _suggested(f"since {generated.words}")
    assert (until.earliest, until.latest, until.ends) == (None, generated.last, "open/known")
    assert (since.earliest, since.latest, since.ends) == (generated.first, None, "known/open")


@given(spoken, spoken)
def test_alternatives_become_a_one_of_set_in_order(generated: SuggestionCase, other: SuggestionCase) -> None:
    first, last = sorted((generated, other), key=lambda generated: generated.first)
    assume(first.first != last.first)
    suggestion = _suggested(f"{first.words} or {last.words}")
    assert suggestion.precision == "set"
    assert {(member[0], member[1]) for member in suggestion.members} == {
        (first.first, first.last),
        (last.first, last.last),
    }


@given(spoken, st.integers(0, 8), st.sampled_from(["bc", "bce", "julian", "not", "late", "early", "foo", "ah", "os"]))
def test_an_unknown_word_prevents_a_suggestion(generated: SuggestionCase, place: int, word: str) -> None:
    words = generated.words.split(" ")
    words.insert(min(place, len(words)), word)
    assert suggest(" ".join(words)) == ""


@given(st.integers(10_000, 99_999))
def test_a_serial_number_counts_days_as_excel_does(serial: int) -> None:
    assert suggest(str(serial)) == (date(1900, 3, 1) + timedelta(days=serial - 61)).isoformat()


@given(anything)
def test_a_suggestion_is_a_date(text: str) -> None:
    suggestion = suggest(text)
    assert not suggestion or PartialDate.parse(suggestion)


@given(written)
def test_the_display_of_a_date_suggests_that_date_or_none(text: str) -> None:
    try:
        read = PartialDate.parse(text)
    except PartialDateError:
        return
    suggestion = suggest(read.display)
    assert not suggestion or PartialDate.parse(suggestion) == read, read.display


@given(close_dates, st.sampled_from(["ko", "ja"]))
def test_the_display_of_a_date_in_another_language_suggests_that_date_or_none(text: str, language: str) -> None:
    try:
        read = PartialDate.parse(text)
    except PartialDateError:
        return
    shown = display_in(read, language)
    suggestion = suggest(shown)
    assert not suggestion or PartialDate.parse(suggestion) == read
    # Without: what is sometime within a single date ("2019년만"), and what is longer than any text that is read.
    assert suggestion or shown.endswith(("만", "のみ")) or len(shown) > MAX_LENGTH
