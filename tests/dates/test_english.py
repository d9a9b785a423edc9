"""How dates read."""

from __future__ import annotations

import pytest

from archive.dates import PartialDate


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("2019-07-12", "12 July 2019"),
        ("2019-07", "July 2019"),
        ("2019", "2019"),
        ("0044", "44"),
        ("0044-03-15", "15 March 44"),
        ("2019-21", "spring 2019"),
        ("2019-22", "summer 2019"),
        ("2019-23", "autumn 2019"),
        ("2019-24", "winter 2019"),
        ("2019-XX", "2019"),
        ("2019-XX-XX", "2019"),
        ("2019-07-XX", "July 2019"),
        ("199X", "the 1990s"),
        ("200X", "the 2000s"),
        ("19XX", "the 1900s"),
        ("00XX", "the first century"),
        ("000X", "the 0s"),
        ("1936~", "about 1936"),
        ("1936?", "possibly 1936"),
        ("1936%", "possibly about 1936"),
        ("1936-05-01~", "about 1 May 1936"),
        ("199X?", "possibly the 1990s"),
        ("2019-06-28/2019-06-29", "28 to 29 June 2019"),
        ("2019-06-28/2019-07-01", "28 June to 1 July 2019"),
        ("2019-06/2019-07", "June to July 2019"),
        ("2019/2020", "2019 to 2020"),
        ("2019/2020-02", "2019 to February 2020"),
        ("2019-07-04/2023-03-23", "4 July 2019 to 23 March 2023"),
        ("2004-06~/2006", "about June 2004 to 2006"),
        ("2019-07~/2019-08", "about July 2019 to August 2019"),
        ("2019-03/..", "since March 2019"),
        ("../2019-07-12", "until 12 July 2019"),
        ("2019-03/", "from March 2019, end not known"),
        ("/2019-07-12", "until 12 July 2019, start not known"),
        ("1936~/..", "since about 1936"),
        ("[2019-07-04,2019-07-05]", "4 or 5 July 2019"),
        ("[2019-07-04,2019-07-05,2019-07-08]", "4, 5 or 8 July 2019"),
        ("[2019-07,2019-08]", "July or August 2019"),
        ("[2019-07-31,2019-08-01]", "31 July or 1 August 2019"),
        ("[1936,1938]", "1936 or 1938"),
        ("[1936~,1938]", "about 1936 or 1938"),
        ("[2018-12-31,2019-01-01]", "31 December 2018 or 1 January 2019"),
    ],
)
def test_a_date_reads_well_in_english(text: str, reads: str) -> None:
    assert PartialDate.parse(text).display == reads
