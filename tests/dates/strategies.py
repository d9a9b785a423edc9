"""Texts that are dates of the grammar, and texts that may be anything."""

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
