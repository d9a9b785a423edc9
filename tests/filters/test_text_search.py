"""``q``: searches in names, summaries and texts; and ``good``, by code or name."""

from __future__ import annotations

import pytest

from tests.support import filter_records as make
from tests.support.filter_records import matching_slugs

pytestmark = pytest.mark.django_db


def test_every_word_occurs_somewhere_in_the_record(db: None) -> None:
    make.event("tokyo", name="Talks in Tokyo", summary="On etching gas.", place="Tokyo")
    make.event("seoul", name="Talks", summary="On gas.", place="Seoul")
    assert matching_slugs("events", q="talks") == ["seoul", "tokyo"]
    assert matching_slugs("events", q="GAS Seoul") == ["seoul"]
    assert matching_slugs("events", q="etching tokyo") == matching_slugs("events", q="tok* etch*") == ["tokyo"]
    assert matching_slugs("events", q="etching seoul") == matching_slugs("events", q="tok hing") == []


def test_phrases_alternatives_exclusions_and_fields(db: None) -> None:
    make.event("tokyo", name="Talks in Tokyo", summary="On etching gas.")
    make.event("seoul", name="Gas talks", summary="In Seoul.")
    assert matching_slugs("events", q='"etching gas"') == matching_slugs("events", q="gas -seoul") == ["tokyo"]
    assert matching_slugs("events", q='"gas etching"') == []
    assert matching_slugs("events", q="etching OR seoul") == ["seoul", "tokyo"]
    assert matching_slugs("events", q="name:gas") == matching_slugs("events", q="summary:seoul") == ["seoul"]
    assert matching_slugs("events", q="text:gas") == []
    assert matching_slugs("events", q="gas -talks") == []


def test_words_match_their_other_endings(db: None) -> None:
    make.event("curbs", name="Restrictions on exports")
    assert matching_slugs("events", q="exporting restriction") == ["curbs"]


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"', "-", "*", "()", "& | !", "-- ;", "…"])
def test_punctuation_matches_nothing(db: None, text: str) -> None:
    make.event("percent", name="100% of a_b \\ 'c'")
    assert matching_slugs("events", q=text) == []


@pytest.mark.parametrize(
    "text",
    ["ÉTAT", "état", "etat", "L’ÉTAT français", "l'etat FRANCAIS", "ЭКСПОРТ", "экспорт", "οδοσ", "ΟΔΟΣ", "ŁÓDŹ", "lodz",
     "KIBRIS", "kıbrıs", "STRASSE", "straße", "मोदी", "الحریري"],
)  # fmt: skip
def test_case_and_accents_are_ignored_in_all_scripts(db: None, text: str) -> None:
    make.event("found", name="L’État FRANÇAIS", summary="Экспорт; ΟΔΟΣ; Łódź; Kıbrıs; Straße; मोदी; الحریري")
    make.event("aside", name="L'Eta", summary="eksport")
    assert matching_slugs("events", q=text) == ["found"]


@pytest.mark.parametrize(
    "text",
    ["수출", "출규", "수출규제", "규제", "제", '"수출규제"', "2019", "2019年", "7月", "G20", "g20정상", "輸出 管理",
     "出管理", "출*"],
)  # fmt: skip
def test_cjk_texts_are_found_by_their_substrings(db: None, text: str) -> None:
    make.event("found", name="한국의 수출규제", summary="2019年7月の輸出管理, G20정상회의")
    make.event("aside", name="수 규 재", summary="輸 出, 리")
    assert matching_slugs("events", q=text) == ["found"]


def test_a_statement_is_stemmed_in_its_language(db: None) -> None:
    statement = make.statement("one", body=make.state("KR"))
    statement.language, statement.text = "fr-FR", "Les mesures nationales"
    statement.save()
    assert matching_slugs("statements", q="mesure") == matching_slugs("statements", q="mesures") == ["one"]
    assert matching_slugs("statements", q='"les mesures"') == ["one"]


@pytest.mark.parametrize(("kind", "field"), [
    ("measures", "name"), ("measures", "summary"), ("statements", "summary"), ("statements", "text"),
    ("statements", "attributed_as"), ("sources", "title"), ("sources", "agency"), ("sources", "author"),
    ("topics", "description"), ("dossiers", "introduction"),
])  # fmt: skip
def test_searched_fields(db: None, kind: str, field: str) -> None:
    makers = {"measures": make.measure, "sources": make.source, "topics": make.topic, "dossiers": make.dossier}
    record = make.statement("one", body=make.state("KR")) if kind == "statements" else makers[kind]("one")
    assert matching_slugs(kind, q="straße") == []
    setattr(record, field, "In der Straße")
    record.save()
    assert matching_slugs(kind, q="straße") == ["one"]


def test_a_statement_is_found_by_the_words_of_its_acts(db: None) -> None:
    stated = make.statement("said", body=make.state("KR"))
    make.act(stated, text="Отмените меры", translation="Lift the measures", condition="сейчас")
    make.act(stated, text="other")
    assert matching_slugs("statements", q="ОТМЕНИТЕ") == ["said"]
    for word in ("отмените", "measures", "СЕЙЧАС"):
        assert matching_slugs("speech-acts", q=word) == ["said-1"], word


def test_an_appointment_is_found_by_official_and_office(db: None) -> None:
    make.appointment("held", make.official("kim"), make.office("deputy", make.body("house")))
    assert matching_slugs("appointments", q="KIM deput*") == ["held"]
    assert matching_slugs("offices", q="Deputy") == ["deputy"]


@pytest.fixture
def goods(db: None) -> None:
    for slug, name, code, scheme in (
        ("fluoride", "hydrogen fluoride (etching gas)", "281111", "hs"),
        ("acids", "other acids", "2811.19", "hs"),
        ("resist", "photo-resist", "3707", "hs"),
        ("polyimide", "Polyimide filmé", "C1/2811", "control_list"),
        ("nameless-code", "machines", "", ""),
    ):
        make.good(make.measure(slug), name, code, scheme)


@pytest.mark.parametrize(
    ("text", "slugs"),
    [
        ("28", ["acids", "fluoride"]), ("2811", ["acids", "fluoride"]), ("281111", ["fluoride"]),
        ("2811.11", ["fluoride"]),
        ("28 11 11", ["fluoride"]), ("281119", ["acids"]), ("811", []), ("3707", ["resist"]), ("37071", []),
        ("C1/2811", ["polyimide"]), ("etching gas", ["fluoride"]), ("GAS etch", ["fluoride"]),
        ("photoresist", ["resist"]),
        ("Photo Resist", ["resist"]), ("filme", ["polyimide"]), ("machines", ["nameless-code"]), ("steel", []),
        ("/", []),
    ],
)  # fmt: skip
def test_a_good_is_found_by_the_beginning_of_its_code_or_parts_of_its_name(
    goods: None, text: str, slugs: list[str]
) -> None:
    assert matching_slugs("measures", good=text) == slugs


def test_several_goods_are_alternatives(goods: None) -> None:
    assert matching_slugs("measures", good=["3707", "etching"]) == ["fluoride", "resist"]
