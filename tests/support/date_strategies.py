"""Hypothesis strategies for EDTF texts and for any texts."""

from __future__ import annotations

from hypothesis import strategies as st

years = st.integers(1, 9998).map("{:04d}".format)
months = st.tuples(years, st.integers(1, 12)).map(lambda parts: f"{parts[0]}-{parts[1]:02d}")
days = st.dates().map(lambda day: day.isoformat())
seasons = st.tuples(years, st.integers(21, 24)).map(lambda parts: f"{parts[0]}-{parts[1]}")
decades = st.integers(1, 998).map("{:03d}X".format)
centuries = st.integers(1, 98).map("{:02d}XX".format)
unspecified = st.one_of(
    years.map("{}-XX".format), years.map("{}-XX-XX".format), months.map("{}-XX".format), decades, centuries
)
plain = st.one_of(years, months, days)
bare = st.one_of(plain, seasons, unspecified)
singles = st.tuples(bare, st.sampled_from(["", "", "~", "?", "%"])).map("".join)
half_open = st.tuples(singles, st.sampled_from(["{}/..", "../{}", "{}/", "/{}"])).map(
    lambda pair: pair[1].format(pair[0])
)
#: Intervals of any two dates. Few run backwards (19XX/1950), and those are no dates.
intervals = st.tuples(singles, singles).map(sorted).map("/".join)
sets = st.lists(st.one_of(years, months), min_size=2, max_size=7).map(lambda members: f"[{','.join(members)}]")
#: Texts that the grammar accepts, but for intervals that run backwards.
written = st.one_of(singles, half_open, intervals, sets)
#: Anything at all, and what looks like a date.
anything = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="0123456789-/.[],~?%XT: ", max_size=70),
    st.binary(max_size=40).map(repr),
    written,
)

_years = st.sampled_from(["0001", "0040", "0042", "1900", "1901", "1984", "2000"])
_days = st.tuples(_years, st.sampled_from(["11", "12"]), st.sampled_from(["01", "02", "XX"])).map("-".join)
_rest = st.tuples(_years, st.sampled_from(["", "-11", "-12", "-24", "-XX", "-XX-XX"])).map("".join)
_unspecified = st.sampled_from(["000X", "004X", "00XX", "190X", "19XX", "200X", "20XX", "198X"])
_close = st.tuples(st.one_of(_days, _rest, _unspecified), st.sampled_from(["", "", "", "~", "?", "%"])).map("".join)
#: Dates of all forms from few years, months and days, so that two of them share much.
close_dates = st.one_of(
    _close,
    st.tuples(_close, _close).map(sorted).map("/".join),
    st.tuples(_close, st.sampled_from(["{}/..", "../{}", "{}/", "/{}"])).map(lambda pair: pair[1].format(pair[0])),
    st.lists(_close, min_size=2, max_size=4).map(lambda members: f"[{','.join(members)}]"),
)
#: One-of sets as long as a text may be, of the dates that take the most words.
long_sets = st.one_of(
    st.lists(st.sampled_from(["0999-09%", "0999-24%", "0900-12%", "0101-11?"]), min_size=2, max_size=7),
    st.lists(st.sampled_from(["190X%", "19XX%", "004X%", "0100%", "20XX%"]), min_size=2, max_size=8),
).map(lambda members: f"[{','.join(members)}]")
