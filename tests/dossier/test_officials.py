"""The officials of the first dossier: their names in their own script, and the offices they held from when to when."""

from __future__ import annotations

import pytest

from archive.models import Appointment, Official

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("records")]

#: Official, native name, and each office: title, the state that it is of, start, end.
OFFICIALS = {
    "kim-you-geun": ("김유근", [
        ("First Deputy Director", "KR", "2019-02-28", "2020-07-24"),
        ("Secretary General", "KR", "2019-02-28", "2020-07-24"),
    ]),
    "suh-choo-suk": ("서주석", [
        ("First Deputy Director", "KR", "2020-07-24", None),
        ("Secretary General", "KR", "2020-07-24", None),
    ]),
    "moon-jae-in": ("문재인", [("President", "KR", "2017-05-10", "2022-05-09")]),
    "chung-eui-yong": ("정의용", [
        ("Director", "KR", "2017-05-21", "2020-07~"),
        ("Minister of Foreign Affairs", "KR", "2021-02-09", "2022-05"),
    ]),
    "kim-hyun-chong": ("김현종", [("Second Deputy Director", "KR", "2019-02-28", "2021-01")]),
    "kang-kyung-wha": ("강경화", [("Minister of Foreign Affairs", "KR", "2017-06-18", "2021-02-08")]),
    "sung-yun-mo": ("성윤모", [("Minister of Trade, Industry and Energy", "KR", "2018-09", "2021-05")]),
    "yoo-myung-hee": ("유명희", [("Minister for Trade", "KR", "2019-03", "2021-08")]),
    "lee-nak-yon": ("이낙연", [("Prime Minister", "KR", "2017-05-31", "2020-01-14")]),
    "nam-gwan-pyo": ("남관표", [("Ambassador to Japan", "KR", "2019-05", "2021-01")]),
    "yoon-suk-yeol": ("윤석열", [("President", "KR", "2022-05-10", "2025-04-04")]),
    "park-jin": ("박진", [("Minister of Foreign Affairs", "KR", "2022-05-12", "2024-01")]),
    "abe-shinzo": ("安倍晋三", [("Prime Minister", "JP", "2012-12-26", "2020-09-16")]),
    "kono-taro": ("河野太郎", [("Minister for Foreign Affairs", "JP", "2017-08-03", "2019-09-11")]),
    "motegi-toshimitsu": ("茂木敏充", [("Minister for Foreign Affairs", "JP", "2019-09-11", "2021-11")]),
    "seko-hiroshige": ("世耕弘成", [("Minister of Economy, Trade and Industry", "JP", "2016-08-03", "2019-09-11")]),
    "suga-yoshihide": ("菅義偉", [
        ("Chief Cabinet Secretary", "JP", "2012-12-26", "2020-09-16"),
        ("Prime Minister", "JP", "2020-09-16", "2021-10-04"),
    ]),
    "kishida-fumio": ("岸田文雄", [("Prime Minister", "JP", "2021-10-04", "2024-10-01")]),
    "nishimura-yasutoshi": ("西村康稔", [
        ("Minister of Economy, Trade and Industry", "JP", "2022-08-10", "2023-12-14"),
    ]),
    "hayashi-yoshimasa": ("林芳正", [("Minister for Foreign Affairs", "JP", "2021-11-10", "2023-09-13")]),
    "hagiuda-koichi": ("萩生田光一", []),
    "nagamine-yasumasa": ("長嶺安政", [("Ambassador to South Korea", "JP", "../2019-08-23", None)]),
}  # fmt: skip


def _state(appointment: Appointment) -> str | None:
    body = appointment.office.body
    while body.parent is not None:
        body = body.parent
    return body.iso3166


@pytest.mark.parametrize("slug", OFFICIALS)
def test_an_official_is_named_and_held_these_offices(slug: str) -> None:
    native, offices = OFFICIALS[slug]
    official = Official.objects.get(slug=slug)
    assert official.names.get(scheme="native").text == native
    held = official.appointments.order_by("start_sort", "slug")
    assert [
        (term.office.name, _state(term), str(term.start), str(term.end) if term.end else None) for term in held
    ] == offices
    assert {term.mode for term in held} <= {"substantive"}
    assert {term.end_state for term in held if term.end} <= {"ended"}
    assert official.state.iso3166 in {_state(term) for term in held} | ({"JP"} if not offices else set())


def test_there_are_no_other_officials() -> None:
    assert set(Official.objects.values_list("slug", flat=True)) == set(OFFICIALS)


@pytest.mark.parametrize(
    ("slug", "spellings"),
    [("kim-you-geun", {"Kim You-geun", "Kim Yu-geun", "Kim Yoo-geun"}), ("abe-shinzo", {"Abe Shinzo", "Shinzo Abe"})],
)
def test_the_spellings_of_the_press(slug: str, spellings: set[str]) -> None:
    assert set(Official.objects.get(slug=slug).names.filter(scheme="press").values_list("text", flat=True)) == spellings
