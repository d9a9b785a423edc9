"""Names in different romanizations have a key in common, and other names do not."""

from __future__ import annotations

from itertools import combinations
from random import Random

import pytest

from archive.merging.duplicates import Entered, likely_duplicates
from archive.merging.romanization import romanization_keys
from archive.models import Official

#: Invented people, each in several spellings.
PEOPLE = (
    ("Kim You-geun", "Kim Yu-geun", "Kim Yu Gun", "Kim Yoo-geun", "You-geun Kim", "Kim Yoogeun", "Gim Yu-geun"),
    ("Lee Sang-min", "Yi Sang-min", "Rhee Sangmin", "Ri Sang Min"),
    ("Rhee Syngho", "Lee Seung-ho", "Yi Sŭng-ho", "Yi Sung-ho"),
    ("Park Geun-min", "Pak Kŭn-min", "Bak Geun-min", "Park Keun-min"),
    ("Choi Soon-mi", "Choe Sun-mi"),
    ("Jung Eui-chul", "Chung Eui-chul", "Jeong Ui-cheol"),
    ("Park Chung-hee", "Pak Chung-hee", "Park Jung-hee", "Bak Jeong-hui"),
    ("Kim Hyun-chong", "Kim Hyeon-jong", "Kim Hyon-chong"),
    ("Cho Ku-min", "Jo Gu-min"),
    ("Roh Moo-hyun", "Noh Mu-hyeon", "No Mu-hyon"),
    ("Ahn Cheol-soo", "An Chul-soo", "An Cheol-su"),
    ("Shin Dong-ho", "Sin Tong-ho"),
    ("Ryu Kyung-ah", "Yoo Kyung-ah", "Yu Gyeong-a"),
    ("Ohno Taro", "Ōno Tarō", "Oono Taroo", "Ono Taro", "Taro Ohno"),
    ("Sato Shinji", "Satō Sinzi", "Satoh Shinji"),
    ("Fukui Chiyo", "Hukui Tiyo"),
    ("Honma Kenji", "Homma Kenzi"),
    ("Itoh Junko", "Itō Zyunko"),
)
_FAMILIES = "Kim Lee Park Choi Jeong Kang Cho Yoon Jang Lim Han Oh Seo Shin Kwon Hwang Ahn Song Ryu Hong"
_SYLLABLES = (
    "ga geon gyeong gu gyu geun gi na nam dong deok du ra min mi byeong bo sang seo seok seong su suk sun seung sin a "
    "yeon yeong o u won yu eun in il jae jeong jong ju jun ji jin chan cheol tae ha hye ho hong hui hun hyeon hyo"
)


def _invented(random: Random) -> str:
    family, first, second = (random.choice(names.split()) for names in (_FAMILIES, _SYLLABLES, _SYLLABLES))
    return f"{family} {first.capitalize()}-{second}"


def _are_equal(first: str, second: str) -> bool:
    return not romanization_keys(first).isdisjoint(romanization_keys(second))


def test_spellings_of_one_person_are_equal_and_of_two_are_not() -> None:
    pairs = [pair for spellings in PEOPLE for pair in combinations(spellings, 2)]
    recalled = [pair for pair in pairs if _are_equal(*pair)]
    assert len(recalled) / len(pairs) >= 0.95, sorted({*pairs} - {*recalled})
    others = [(a, b) for first, second in combinations(PEOPLE, 2) for a in first for b in second]
    assert [pair for pair in others if _are_equal(*pair)] == []


def test_of_thousands_of_names_few_are_equal() -> None:
    random = Random(1)
    names = {_invented(random) for _ in range(3000)}
    by_key: dict[str, set[str]] = {}
    for name in names:
        for key in romanization_keys(name):
            by_key.setdefault(key, set()).add(name)
    pairs = {pair for group in by_key.values() for pair in combinations(sorted(group), 2)}
    assert len(pairs) < len(names) * 0.05


@pytest.mark.parametrize("name", ["", "Kim", "김유근", "Иван Петров", "Kim 2nd", "Zoë", "%_ \\"])
def test_other_texts_have_no_key(name: str) -> None:
    assert romanization_keys(name) == frozenset()


@pytest.mark.django_db
@pytest.mark.any_database
@pytest.mark.parametrize(
    ("stored", "typed"),
    [("Kim You-geun", "Kim Yu Gun"), ("Lee Sang-min", "Rhee Sangmin"), ("Ōno Tarō", "Ohno Taro")],
)
def test_a_person_stored_in_another_romanization_comes_before_similar_names(stored: str, typed: str) -> None:
    random = Random(2)
    for number in range(200):
        Official.objects.create(slug=f"other-{number}", name=_invented(random))
    official = Official.objects.create(slug="the-one", name=stored)
    likeliest = likely_duplicates(Official.objects.all(), Entered(names=(typed,)))[0]
    assert (likeliest.record, likeliest.reason) == (official, f"the same name in another romanization: {stored}")
