"""``q``: words that all occur in names, summaries or texts; and ``good``, by code or name."""

from __future__ import annotations

import pytest

from tests.support import filter_records as make
from tests.support.filter_records import found

pytestmark = pytest.mark.django_db


def test_every_word_occurs_somewhere_in_the_record(db: None) -> None:
    make.event("tokyo", name="Talks in Tokyo", summary="On etching gas.", place="Tokyo")
    make.event("seoul", name="Talks", summary="On gas.", place="Seoul")
    assert found("events", q="talks") == ["seoul", "tokyo"]
    assert found("events", q="GAS Seoul") == ["seoul"]
    assert found("events", q="etching tokyo") == found("events", q="tok hing") == ["tokyo"]
    assert found("events", q="etching seoul") == []


def test_pattern_characters_are_literal(db: None) -> None:
    make.event("percent", name="100% of it"), make.event("snake", name="a_b"), make.event("plain", name="100 axb \\ c")
    assert found("events", q="100%") == found("events", q="%") == ["percent"]
    assert found("events", q="a_b") == ["snake"]
    assert found("events", q="\\") == ["plain"]
    assert found("events", q="'") == []


@pytest.mark.parametrize(
    "text", ["ÉTAT", "état", "ÉtaT", "L’ÉTAT français", "ЭКСПОРТ", "экспорт", "οδοσ", "ŁÓDŹ", "수출"]
)
def test_search_ignores_case_in_all_scripts(db: None, text: str) -> None:
    make.event("found", name="L’État FRANÇAIS", summary="Экспорт; ΟΔΟΣ; Łódź; 수출 규제")
    make.event("aside", name="L'Etat", summary="eksport, Lodz")
    assert found("events", q=text) == ["found"]


@pytest.mark.parametrize("text", ["KIBRIS", "kıbrıs", "kibris 100%", "straſſe", "STRASSE"])
def test_letters_with_the_same_capital_match(db: None, text: str) -> None:
    make.event("found", name="Kıbrıs straſſe 100%")
    make.event("aside", name="Kbrs strae 1000")
    assert found("events", q=text) == ["found"]


def test_accents_are_significant(db: None) -> None:
    """In texts; names are compared by ``name``, where accents don't count."""
    make.event("found", name="État")
    assert found("events", q="etat") == []


@pytest.mark.parametrize(("kind", "field"), [
    ("measures", "name"), ("measures", "summary"), ("statements", "summary"), ("statements", "text"),
    ("statements", "attributed_as"), ("sources", "title"), ("sources", "agency"), ("sources", "author"),
    ("topics", "description"), ("dossiers", "introduction"),
])  # fmt: skip
def test_searched_fields(db: None, kind: str, field: str) -> None:
    made = {"measures": make.measure, "sources": make.source, "topics": make.topic, "dossiers": make.dossier}
    record = make.statement("one", body=make.state("KR")) if kind == "statements" else made[kind]("one")
    assert found(kind, q="straße") == []
    setattr(record, field, "In der Straße")
    record.save()
    assert found(kind, q="straße") == ["one"]


def test_a_statement_is_found_by_the_words_of_its_acts(db: None) -> None:
    said = make.statement("said", body=make.state("KR"))
    make.act(said, text="Отмените меры", translation="Lift the measures", condition="сейчас")
    make.act(said, text="other")
    assert found("statements", q="ОТМЕНИТЕ") == ["said"]
    for word in ("отмените", "measures", "СЕЙЧАС"):
        assert found("speech-acts", q=word) == ["said-1"], word


def test_an_appointment_is_found_by_official_and_office(db: None) -> None:
    make.appointment("held", make.official("kim"), make.office("deputy", make.body("house")))
    assert found("appointments", q="KIM dep") == ["held"]
    assert found("offices", q="Deputy") == ["deputy"]


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
    assert found("measures", good=text) == slugs


def test_several_goods_are_alternatives(goods: None) -> None:
    assert found("measures", good=["3707", "etching"]) == ["fluoride", "resist"]
