"""``archive.text``: folding of names, similar words, and invisible characters."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from archive.models import Event
from archive.text import beginning, closest_matches, fold, reject_invisible, strip_direction_marks, whole_number

SAME = [
    # Case, accents, hyphens, spaces.
    ("Kim You-geun", "kim yougeun"), ("Éric", "eric"), ("Çakmak Ömer", "cakmak omer"), ("Nguyễn", "Nguyen"),
    ("Dvořák", "dvorak"), ("Wałęsa", "walesa"), ("Þórður", "thordur"), ("Strauß", "strauss"), ("Œuvre", "oeuvre"),
    ("İstanbul", "istanbul"), ("ISTANBUL", "ıstanbul"), ("Ólafur", "OLAFUR"), ("Ñandú", "nandu"),
    # Letters with strokes, and others that do not decompose.
    ("Ħamruni", "Hamruni"), ("Əliyev", "Eliyev"), ("Đilas", "Dilas"), ("Sønderby", "Sonderby"), ("Ŋ", "n"),
    ("Łódź", "lodz"), ("Ŧ", "t"), ("Ɓa", "Ba"), ("Ðorð", "dord"),
    # Apostrophes and what transliterations use as such.
    ("Saʿd al-Ḥarīrī", "Sad al Hariri"), ("Valeriĭ Zorʹkin", "Valerii Zorkin"), ("Qurʾān", "Quran"),
    ("O'Brien", "O’Brien"),
    ("OBrien", "O‘Brien"), ("Hawaiʻi", "Hawaii"), ("Ma‛mun", "Mamun"), ("Ch'oe", "Choe"), ("Nukuʼalofa", "Nukualofa"),
    ("Tˮa", "Ta"), ("D＇Arcy", "darcy"),
    # Arabic and Persian.
    ("الحريري", "الحریری"), ("مصطفى", "مصطفي"), ("فاطمة", "فاطمه"), ("محـــمد", "محمد"), ("أحمد", "احمد"),
    ("إبراهيم", "ابراهيم"), ("آية", "ايه"), ("كمال", "کمال"), ("مُحَمَّد", "محمد"), ("ٱلله", "الله"), ("مؤمن", "مومن"),
    # Cyrillic, Greek, Hebrew.
    ("Ґонґадзе", "Гонгадзе"), ("Фёдор", "Федор"), ("Андрей", "Андреи"), ("Παπαδόπουλος", "ΠΑΠΑΔΟΠΟΥΛΟΣ"),
    ("שָׁלוֹם", "שלום"),
    # Widths, composition and kana.
    ("ＡＢＥ", "abe"), ("ｱﾍﾞ", "アベ"), ("カタカナ", "かたかな"), ("ﾊﾞｲﾃﾞﾝ", "バイデン"), ("バイデン", "ばいでん"),
    ("김유근", "김유근"),
    ("김 유근", "김유근"), ("が", "が"), ("山田・太郎", "山田太郎"), ("ﷺ", "صلى الله عليه وسلم"),
]  # fmt: skip
DIFFERENT = [
    ("バイデン", "ハイテン"), ("ガザ", "カサ"), ("か", "が"), ("パリ", "ハリ"), ("パリ", "バリ"), ("मोदी", "मुदा"),
    ("मोदी", "मद"),
    ("กา", "กี"), ("ไทย", "ทย"), ("ক", "কি"), ("தமிழ்", "தமழ"), ("Kim", "Kin"), ("周恩来", "周恩來"), ("김", "킴"),
    ("ロード", "ロド"),
    ("Müller", "Mueller"), ("علي", "علا"), ("ក", "កា"), ("မ", "မာ"), ("བོད", "བད"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "other"), SAME)
def test_spellings_of_one_name_have_equal_foldings(text: str, other: str) -> None:
    assert fold(text) == fold(other) != ""


@pytest.mark.parametrize(("text", "other"), DIFFERENT)
def test_other_names_fold_differently(text: str, other: str) -> None:
    assert fold(text) != fold(other)


@pytest.mark.parametrize("text", sorted({text for pair in [*SAME, *DIFFERENT] for text in pair}))
def test_folding_is_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize("char", ["\x00", "\x07", "\x1b", "\x7f", "\x9b", "\u200b", "\u2060", "\ufeff", "\u206a"])
def test_controls_and_zero_width_characters_are_refused(char: str) -> None:
    with pytest.raises(ValidationError, match=rf"U\+{ord(char):04X} after 2 characters"):
        reject_invisible(f"ab{char}c")


@pytest.mark.parametrize(
    "text",
    [
        "tab\tand\r\nlines",
        "می\u200cخواهم",
        "क्\u200dष",
        "\U0001f468\u200d\U0001f469",
        "葛\U000e0100",
        "\u200eab",
        "soft\xad",
    ],
)
def test_characters_that_scripts_need_are_accepted(text: str) -> None:
    reject_invisible(text)


@pytest.mark.parametrize("text", ["\u200dx", "a\u200db", "김\u200c유", "安\u200d倍", "é\u200dx"])
def test_misplaced_joiners_are_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        reject_invisible(text)


def test_validation_reports_each_field(db: None) -> None:
    event = Event(slug="x", name="a\u200bb", summary="c\x07", place="ok", classification="meeting", date="2020")
    with pytest.raises(ValidationError) as refused:
        event.clean_fields()
    assert set(refused.value.error_dict) == {"name", "summary"}


def test_direction_marks_are_removed_from_titles() -> None:
    assert strip_direction_marks("a\u202egpj.exe\u2066b") == "agpj.exeb"


def test_the_most_similar_word_is_first() -> None:
    allowed = ["kim-you-geun", "kim-yong-un", "abe-shinzo"]
    assert closest_matches("kim-yu-geun", allowed, 3) == ["kim-you-geun", "kim-yong-un"]
    assert closest_matches("kim-yu-geun", allowed) == ["kim-you-geun"]


def test_words_with_few_common_letters_do_not_match() -> None:
    assert closest_matches("xylophone", ["kim-you-geun"]) == []
    assert closest_matches("", ["kim-you-geun"]) == []


def test_duplicates_are_removed() -> None:
    assert closest_matches("topc", iter(["topic", "topic"]), 3) == ["topic"]


def test_long_words_are_truncated() -> None:
    assert closest_matches("kim-you-geun" + "-" * 200_000, ["-" * 108]) == ["-" * 108]


def test_a_whole_number_has_ascii_digits_and_lies_within_its_limits() -> None:
    assert [whole_number(text, 1, 500) for text in ("1", "500", "0007")] == [1, 500, 7]
    for text in ("", "0", "501", "-1", "+1", "1.0", " 1", "1_0", "\u0661", "\u00b2", "1" * 5_000, "0" * 5_000 + "1"):
        assert whole_number(text, 1, 500) is None


def test_the_beginning_of_a_text_ends_at_a_word_with_an_ellipsis() -> None:
    assert beginning("the sanctions of the UN", 23) == "the sanctions of the UN"
    assert beginning("the sanctions, of the UN", 16) == "the sanctions…"
    assert beginning("the sanctions of the UN", 14) == "the sanctions…"
    assert beginning("수출관리제도의운용에대한설명", 8) == "수출관리제도의…"
