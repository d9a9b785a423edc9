"""Proposed slugs."""

from __future__ import annotations

import pytest

from archive.slugs import slug_of


@pytest.mark.parametrize(
    ("date", "slug"),
    [
        ("2019-07-12", "2019-07-12-x"), ("2019-07", "2019-07-x"), ("", "x"),
        ("2026-11-20/2026-11-21", "2026-11-20-to-2026-11-21-x"),
        ("[2019-07-04,2019-07-05]", "2019-07-04-or-2019-07-05-x"),
        ("[2019, 2020, 2022]", "2019-or-2020-or-2022-x"),
        ("../2019-07-12", "until-2019-07-12-x"), ("2019-07-12/..", "from-2019-07-12-x"),
        ("/2019", "unknown-to-2019-x"), ("2019/", "2019-to-unknown-x"),
        ("2019~", "2019-circa-x"), ("2019?", "2019-uncertain-x"), ("19XX", "19xx-x"), ("Friday", "friday-x"),
    ],
)  # fmt: skip
def test_slugs_of_dates_are_readable_and_unique(date: str, slug: str) -> None:
    assert slug_of(date, "X", 120) == slug


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Müller Straße", "muller-strasse"), ("O’Brien & Co.", "obrien-co"), ("김유근", "gim-yu-geun"),
        ("文在寅", "wen-zai-yin"), ("あべ しんぞう", "abe-sinzou"), ("Путин", "putin"), ("محمد", "mhmd"),
        ("Ōe", "oe"), ("ꥁ", "ua941"), ("---", ""), ("", ""), ("ᄒ\u200b1", "h-1"),
    ],
)  # fmt: skip
def test_a_name_in_any_script_has_a_slug_in_ascii(name: str, slug: str) -> None:
    assert slug_of("", name, 120) == slug


def test_a_long_slug_ends_in_no_hyphen() -> None:
    assert slug_of("2019", "abcd efgh", 10) == "2019-abcd"
