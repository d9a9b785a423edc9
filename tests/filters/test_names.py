"""``name``: any spelling in any script, ignoring case, accents, hyphens, spaces and the order of parts."""

from __future__ import annotations

import pytest

from tests.support.filter_records import body, matching_slugs, official, spelled

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def people(db: None) -> None:
    spelled(
        official("kim", name="Kim You-geun", sort_name="Kim You-geun"), "김유근", "Kim Yu-gŭn", "Gim Yugeun", "金有根"
    )
    spelled(official("kono", name="Kōno Tarō", sort_name="Kono, Taro"), "河野太郎", "Taro Kono")
    spelled(official("lavrov", name="Sergey Lavrov"), "Сергей Лавров", "Ёлкин")
    official("ostergaard", name="Søren Østergård")
    official("oneill", name="O’Neill, Tip")
    official("muller", name="Jürgen Müller-Weiß")


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Kim You-geun", "kim"), ("kim you geun", "kim"), ("kimyougeun", "kim"), ("You-geun Kim", "kim"),
        ("YOUGEUN KIM", "kim"), ("김유근", "kim"), ("김 유근", "kim"), ("유근", "kim"), ("yu-gun", "kim"),
        ("Yu-gŭn Kim", "kim"), ("gim yugeun", "kim"), ("金有根", "kim"), ("金", "kim"), ("geun", "kim"),
        ("kono", "kono"), ("KŌNO", "kono"), ("Tarō Kōno", "kono"), ("kono taro", "kono"), ("河野 太郎", "kono"),
        ("太郎", "kono"), ("лавров", "lavrov"), ("ЛАВРОВ СЕРГЕЙ", "lavrov"), ("елкин", "lavrov"), ("lavrov", "lavrov"),
        ("soren ostergard", "ostergaard"), ("ØSTERGÅRD", "ostergaard"), ("oneill", "oneill"), ("o'neill", "oneill"),
        ("tip o neill", "oneill"), ("muller weiss", "muller"), ("MÜLLER", "muller"), ("mu\u0308ller", "muller"),
    ],
)  # fmt: skip
def test_an_official_is_found_by(text: str, slug: str) -> None:
    assert matching_slugs("officials", name=text) == [slug]
    assert matching_slugs("officials", q=text) == [slug]


@pytest.mark.parametrize("text", ["kim taro", "lee", "kim lavrov", "geunn", "сергей kono", "%", "_", "--", "' OR 1=1"])
def test_no_official_is_found_by(text: str) -> None:
    assert matching_slugs("officials", name=text) == []


def test_all_parts_must_match_one_spelling() -> None:
    """Not the family name of one and the given name of another."""
    assert matching_slugs("officials", name="김 yugeun") == []


def test_a_body_is_found_by_its_abbreviation_and_its_names() -> None:
    spelled(body("wto", name="World Trade Organization", abbreviation="WTO"), "Organisation mondiale du commerce")
    spelled(body("meti", name="Ministry of Economy"), "経済産業省", "État-major")
    for text in ("wto", "trade world", "organisation MONDIALE"):
        assert matching_slugs("bodies", name=text) == ["wto"], text
    for text in ("経済産業省", "産業", "etat major", "ÉTAT MAJOR"):
        assert matching_slugs("bodies", name=text) == ["meti"], text
