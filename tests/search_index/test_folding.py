"""Both databases fold the words of texts and searches as names are folded, in all scripts."""

from __future__ import annotations

import unicodedata
from itertools import product

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from archive.models import Event, Statement
from archive.search_index.conditions import Scope, matching_entries
from archive.search_index.folding import spaced_names, spaced_words
from archive.search_index.record_text import NAME_BOUNDARY
from archive.search_index.search_query import SearchQuery
from archive.text import fold_letters, name_parts
from tests.support.world import World

#: Spellings of one word, one group a line.
SPELLINGS = [
    ("ＮＡＴＯ", "NATO", "nato"), ("２０１９", "2019"), ("ﬁnance", "finance"), ("Ⅷ", "viii"), ("m²", "m2"),
    ("Ελλάδα", "ελλαδα", "ΕΛΛΆΔΑ"), ("ΑΘΉΝΑ", "αθηνα"), ("σίσυφος", "ΣΊΣΥΦΟΣ", "σισυφοσ"), ("ᾠδή", "ωιδη", "ᾨΔΉ"),
    ("Ёлка", "елка"), ("Йошкар", "иошкар", "ЙОШКАР"), ("Київ", "киів"), ("Ґалаґан", "галаган"),
    ("Ħal", "hal", "ħal"), ("Straße", "STRASSE", "STRAẞE"), ("Ǆ", "dž", "DŽ"), ("Þór", "thor"), ("Œuvre", "oeuvre"),
    ("Łódź", "lodz"), ("İstanbul", "istanbul"), ("ığdır", "igdir"), ("Đặng", "dang"),
    ("élysée", "e\u0301lyse\u0301e", "Elysee"),
    ("ﾊﾟﾘ", "パリ", "ぱり"), ("ﾀﾞﾑ", "ダム"), ("ㅎㅏㄴ", "ㅎㅏㄴ"), ("국", "\u1100\u116e\u11a8"),
    ("豈", "\uf900"), ("㈱", "株"),
    ("مُحَمَّد", "محمد"), ("أحمد", "احمد"), ("فاطمة", "فاطمه"), ("علی", "علي"), ("کتاب", "كتاب"), ("ﻣﺤﻤﺪ", "محمد"),
    ("שָׁלוֹם", "שלום", "שלומ"), ("می\u200cخواهم", "میخواهم"), ("ex\u00adport", "export"), ("Qurʾan", "quran"),
    ("oʻzbek", "ozbek"), ("हिन्दी", "हिन्दी"), ("क़लम", "क\u093cलम"), ("ไทย", "ไทย"), ("Երևան", "ԵՐԵՒԱՆ"),
    ("ᏣᎳᎩ", "ꮳꮃꭹ"), ("𐐐𐐲", "𐐸𐐲"), ("𝐀𝐁𝐂", "abc"), ("ｅ\u0301", "é"),
]  # fmt: skip
PAIRS = [pair for group in SPELLINGS for pair in product(group, repeat=2)]
#: Letters of scripts and their marks, so that marks meet letters of their own script.
ALPHABETS = [
    "aàáâãäåāăąǎeéèêëEÉoøœOØŒnñŋsśšßẞSzžŽiıİIlłĿ\u0301\u0308\u0327\u030cﬁﬀＡｂĲ",
    "αάὰᾶᾳΑΆςσΣωώᾠΩύΰϊι\u0301\u0308ϐϑ", "аёЁйЙїЇґҐқңһѝ\u0306\u0308ўЎѢ", "אבשׁשׂםמןנכךוֹ\u05b8\u05bcﬡ",
    "ابأإآةهىيیکكؤئ\u064b\u0651\u0654ﻣﻻۀ", "अआकखगक़\u093c\u093f\u0940\u094dहिन्दी१", "กขคงที่ำ\u0e31\u0e34๑",
    "かがカガｶﾞﾊﾟぱパー々日本豈㍻", "가나다ᄀ\u1161\u11a8ㄱ한국㉠", "ԱԲաբևև", "აბⴀႠ", "Ꭰꭰᏸ",
]  # fmt: skip


def sql_letters(text: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT archive_search_letters(%s)", [text])
        return str(cursor.fetchone()[0]).lower()


@pytest.mark.postgresql
@pytest.mark.django_db
def test_postgresql_folds_every_character_as_python_does() -> None:
    letters = [chr(code) for code in range(1, 0x30000) if unicodedata.category(chr(code)) not in ("Cn", "Cs")]
    for start in range(0, len(letters), 1_000):
        text = "a ".join(letters[start : start + 1_000])
        assert sql_letters(text) == fold_letters(text).lower()


@pytest.mark.postgresql
@pytest.mark.django_db
@given(st.sampled_from(ALPHABETS).flatmap(lambda letters: st.text(letters + " -", max_size=30)))
def test_postgresql_folds_sequences_as_python_does(text: str) -> None:
    assert sql_letters(text) == fold_letters(text).lower()


@given(st.sampled_from(ALPHABETS).flatmap(lambda letters: st.text(letters, min_size=1, max_size=12)))
def test_words_are_folded_as_names_are(word: str) -> None:
    # A mark without a letter before it is no part of a name.
    word = "a" + word if unicodedata.category(fold_letters(word)[:1] or "a").startswith("M") else word
    assert "".join(name_parts(fold_letters(word))) == "".join(name_parts(word))
    assert fold_letters(fold_letters(word)) == fold_letters(word)


@given(st.sampled_from(ALPHABETS).flatmap(lambda letters: st.text(letters, max_size=12)))
def test_capitals_and_decomposed_letters_are_folded_alike(text: str) -> None:
    assert fold_letters(unicodedata.normalize("NFD", text)) == fold_letters(text)


@pytest.fixture
def world(db: None) -> World:
    return World()


@pytest.mark.parametrize(("text", "search"), PAIRS)
def test_each_spelling_finds_the_others(db: None, text: str, search: str) -> None:
    Event.objects.create(slug="x", name=f"The {text}, named", summary="", date="2019", classification="meeting")
    Event.objects.create(slug="y", name="Other", summary=f"about {text}.", date="2019", classification="meeting")
    assert matching_entries(SearchQuery.parse(search), "events").count() == 2
    assert matching_entries(SearchQuery.parse(f"{search}*"), "events").count() == 2
    assert matching_entries(SearchQuery.parse(f"name:{search}"), "events").count() == 1
    assert matching_entries(SearchQuery.parse(f"the {search} named"), "events", Scope.WHOLE_NAME).count() == 1


@pytest.mark.parametrize(
    ("search", "count"),
    [
        ("export controls", 1),
        ("Export Controls*", 1),
        ("export control", 0),
        ("export control*", 0),
        ("exports control", 0),
    ],
)
def test_a_whole_name_has_its_endings(db: None, search: str, count: int) -> None:
    Event.objects.create(slug="x", name="Export controls", date="2019", classification="meeting")
    assert matching_entries(SearchQuery.parse(search), "events").exists()
    assert matching_entries(SearchQuery.parse(search), "events", Scope.WHOLE_NAME).count() == count


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("language", "text", "search"),
    [("ru", "новый договор", "новая"), ("ar", "المدرسة الكبيرة", "مدرسه"), ("el", "των ανθρώπων", "ανθρωπου")],
)
def test_stemmers_get_the_accents_of_their_language(world: World, language: str, text: str, search: str) -> None:
    Statement.objects.filter(pk=world.statement.pk).update(text=text, language=language)
    assert matching_entries(SearchQuery.parse(search), "statements").exists()


def test_words_of_cjk_letters_are_divided_from_others() -> None:
    assert spaced_words("G20정상회의 2019年ﾊﾟﾘ협정x") == "g20 정상회의 2019 年ぱり협정 x"


def test_names_have_a_token_each() -> None:
    text = f" {NAME_BOUNDARY} Kim You-geun {NAME_BOUNDARY} KIM YOUGEUN {NAME_BOUNDARY} 김 {NAME_BOUNDARY} "
    assert len([word for word in spaced_names(text).split() if word.startswith("\ue001")]) == 2
