"""Mappings that ``load --suggest-mapping`` prints for tables of many countries: each loads as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.datasets.load import Options, load
from archive.datasets.mappings.suggest import suggest_mapping
from archive.models import Event, Measure, Official
from tests.support.workbooks import write_workbook

pytestmark = pytest.mark.django_db

FRENCH = (
    "Titre;Date;Lieu;Résumé;Catégorie;Remarque\n"
    "Entretien à Tokyo;12 juillet 2019;Tokyo;Les délégations se rencontrent.;Réunion;\n"
    "Visite d'État;1er août 2019;Séoul;;Visite;ok\n"
)
GERMAN = (
    "Nr;Ereignis;Beginn;Ende;Ort;Art\n1;Gespräch in Tokio;12.07.2019;13.07.2019;Tokio;Treffen\n"
    "2;Gipfel in Osaka;28.06.2019;;Osaka;Gipfeltreffen\n"
)
KOREAN = "번호,제목,날짜,장소,유형\n1,도쿄 회의,2019. 7. 12.,도쿄,회의\n2,서울 방문,2019년 8월 1일,서울,방문\n"
JAPANESE = "件名\t年月日\t場所\t種類\n東京会談\t2019年7月12日\t東京\t会談\nソウル訪問\t2019/8/1\tソウル\t訪問\n"
MONTH_FIRST = "Title,When,City\nTalks,7/12/2019,Tokyo\nVisit,7/13/2019,Seoul\n"
AMBIGUOUS = "Title,When,City\nTalks,12/7/2019,Tokyo\nVisit,1/8/2019,Seoul\n"
YEARS = "Year,Headline,Deaths,Empty\n1950,The war begins,100,\n1953,The armistice,5,\n"
DUPLICATED = "Date,Headline,Note,Note\n2019-07-12,Talks,a,b\n2019-08-01,A visit,c,d\n"
LACKING = "Date,Headline,Kind\n2019-07-12,Talks,meeting\n,A visit,visit\n2019-08-01,Third,\n"
QUOTED = 'sep=;\nDate;"Headline";"Place, country"\n2019-07-12;"Talks; the first";"Tokyo, Japan"\n'


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("ereignisse.csv", GERMAN.encode("cp1252"), [
            ("Gespräch in Tokio", "2019-07-12/2019-07-13", "meeting", "Tokio"),
            ("Gipfel in Osaka", "2019-06-28", "summit", "Osaka"),
        ]),
        ("sorties.csv", FRENCH.encode("utf-8-sig"), [
            ("Entretien à Tokyo", "2019-07-12", "meeting", "Tokyo"), ("Visite d'État", "2019-08-01", "visit", "Séoul"),
        ]),
        ("행사.csv", KOREAN.encode(), [
            ("도쿄 회의", "2019-07-12", "meeting", "도쿄"), ("서울 방문", "2019-08-01", "visit", "서울"),
        ]),
        ("会談.tsv", JAPANESE.encode(), [
            ("ソウル訪問", "2019-08-01", "visit", "ソウル"), ("東京会談", "2019-07-12", "meeting", "東京"),
        ]),
        ("us.csv", MONTH_FIRST.encode(), [
            ("Talks", "2019-07-12", "other", "Tokyo"), ("Visit", "2019-07-13", "other", "Seoul"),
        ]),
        ("uk.csv", AMBIGUOUS.encode(), [
            ("Talks", "2019-07-12", "other", "Tokyo"), ("Visit", "2019-08-01", "other", "Seoul"),
        ]),
        ("wars.csv", YEARS.encode(), [("The armistice", "1953", "other", ""), ("The war begins", "1950", "other", "")]),
        ("notes.csv", DUPLICATED.encode(), [
            ("A visit", "2019-08-01", "other", ""), ("Talks", "2019-07-12", "other", ""),
        ]),
        ("gaps.csv", LACKING.encode(), [("Talks", "2019-07-12", "meeting", ""), ("Third", "2019-08-01", "other", "")]),
        ("excel.csv", QUOTED.encode(), [("Talks; the first", "2019-07-12", "other", "")]),
    ],
)  # fmt: skip
def test_a_suggestion_for_a_table_of_events_loads_as_it_is(
    tmp_path: Path, name: str, data: bytes, expected: list[tuple[str, str, str, str]]
) -> None:
    (tmp_path / name).write_bytes(data)
    suggestion = suggest_mapping(tmp_path / name)
    (tmp_path / "own.yaml").write_text(suggestion)
    result = load(tmp_path / name, Options(mapping=str(tmp_path / "own.yaml")))
    assert result.written, [suggestion, *result.problems.lines()]
    rows = Event.objects.order_by("name").values_list("name", "date", "classification", "place")
    assert sorted((event, str(date), kind, place) for event, date, kind, place in rows) == expected


def suggestion_of(tmp_path: Path, text: str, type_name: str = "") -> str:
    (tmp_path / "x.csv").write_text(text)
    return suggest_mapping(tmp_path / "x.csv", type_name=type_name)


def loaded(tmp_path: Path, suggestion: str) -> bool:
    (tmp_path / "x.yaml").write_text(suggestion)
    return load(tmp_path / "x.csv", Options(mapping=str(tmp_path / "x.yaml"))).written


def test_persons_are_recognized_with_their_states(tmp_path: Path) -> None:
    text = "Vorname;Nachname;Geburtsdatum;Land\nAnna;Beispiel;12.3.1950;KOR\nTaro;Rei;1960;Japan\n"
    assert loaded(tmp_path, suggestion_of(tmp_path, text))
    rows = Official.objects.order_by("name").values_list("name", "born", "state__slug")
    assert [(name, str(born), state) for name, born, state in rows] == [
        ("Anna Beispiel", "1950-03-12", "south-korea"), ("Taro Rei", "1960", "japan"),
    ]  # fmt: skip


def test_a_state_column_without_countries_is_left_with_the_reason(tmp_path: Path) -> None:
    suggestion = suggestion_of(tmp_path, "name,state,born\nAnn,Texas,1950\nBob,Ohio,1960\n", "officials")
    assert "uncertain: not state: the archive has no bodies for 2 of its 2 values ('Texas', 'Ohio')" in suggestion
    assert loaded(tmp_path, suggestion)


def test_lists_of_states_and_an_end_become_those_of_a_measure(tmp_path: Path) -> None:
    text = "Measure,Type,Imposer,Target,Start,End\nEmbargo on X,embargo,Japan,KOR; PRK,2019-07-04,\n"
    assert loaded(tmp_path, suggestion_of(tmp_path, text))
    measure = Measure.objects.get()
    assert (measure.name, measure.instrument, str(measure.in_force)) == ("Embargo on X", "embargo", "2019-07-04/")
    assert sorted(body.slug for body in measure.targets.all()) == ["north-korea", "south-korea"]


@pytest.mark.parametrize(("text", "line"), [
    ("when,topic\n12/7/2019,Talks\n", "12/7/2019 is read as 12 July 2019; order: mdy reads 7 December 2019"),
    ("date,remark\n2019-07-12,Talks\n", "no column is named like it; the others with texts: none"),
    ("Filename,date\na.pdf,2019-07-12\n", "no column is named like it; the others with texts: none"),
    ("name,date\na,2019-07-12\na,2019-07-12\n", "rows that are the same in all columns become one record"),
    ("name,date\na,2019-07-12\nb,n.d.\nc,2019\nd,2019\ne,2019-08\nf,2018\n", "what is no date makes no record"),
    ("name,Beginn,Schluss\na,2019-07-12,2019-07-13\n", ""),
    ("name,date,kind\na,2019-07-12,Parade\n", "no word is like it, so other"),
    ("name,date of talks,kind\na,2019-07-12,Visits\n", "the nearest word"),
])  # fmt: skip
def test_what_may_be_wrong_is_marked_and_loads(tmp_path: Path, text: str, line: str) -> None:
    suggestion = suggestion_of(tmp_path, text, "events")
    assert not line or [own for own in suggestion.splitlines() if "# uncertain: " in own and line in own], suggestion
    assert loaded(tmp_path, suggestion), suggestion


@pytest.mark.parametrize(("header", "order"), [("Date (dd/mm/yyyy)", "dmy"), ("Date [MM/DD/YYYY]", "mdy")])
def test_the_name_of_a_column_says_the_order_of_its_figures(tmp_path: Path, header: str, order: str) -> None:
    suggestion = suggestion_of(tmp_path, f"name,{header}\na,12/7/2019\n", "events")
    [line] = [line for line in suggestion.splitlines() if line.startswith("      date:")]
    assert f"order: {order}" in line
    assert "is read as" not in suggestion


def test_two_figures_of_a_year_are_no_date_and_named(tmp_path: Path) -> None:
    suggestion = suggestion_of(tmp_path, "name,date\na,12/07/19\n", "events")
    assert "# uncertain: date is needed, and no column is or fits it" in suggestion
    assert "uncertain: not date: '12/07/19' is no date that load reads" in suggestion


def test_addresses_that_would_be_the_same_get_more_columns(tmp_path: Path) -> None:
    suggestion = suggestion_of(tmp_path, "name,date,host\na,2019-07-12,x\na,2019-07-12,y\n", "events")
    assert 'slug: {template: "{date} {name} {host}"}' in suggestion
    assert loaded(tmp_path, suggestion)


def test_a_mapping_names_the_second_of_two_columns_of_one_name(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("date,name,name\n2019-07-12,a,b\n")
    fields = "{slug: name, name: name, date: date, classification: {value: other}}"
    for ignored, is_loaded in (("", False), ('ignored: ["name (2)"]\n', True)):
        (tmp_path / "x.yaml").write_text(f"{ignored}records: [{{collection: events, fields: {fields}}}]")
        result = load(tmp_path / "x.csv", Options(mapping=str(tmp_path / "x.yaml")))
        assert result.written == is_loaded
    assert Event.objects.get().name == "a"


def test_a_byte_that_windows_1252_does_not_have_is_named(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_bytes(b"date,name\n2019-07-12,a\x81\n")
    fields = "{slug: name, name: name, date: date, classification: {value: other}}"
    (tmp_path / "x.yaml").write_text(
        f"file: {{encoding: windows-1252}}\nrecords: [{{collection: events, fields: {fields}}}]"
    )
    [line] = load(tmp_path / "x.csv", Options(mapping=str(tmp_path / "x.yaml"))).problems.lines()
    assert line == "x.csv:2: got the byte 0x81 at 13, expected a file in windows-1252, as the mapping says."


@pytest.mark.parametrize(("text", "expected"), [
    ("12. Juli 2019", "2019-07-12"), ("1er août 2019", "2019-08-01"), ("3 de marzo de 2019", "2019-03-03"),
    ("März 2019", "2019-03"), ("2019. 7. 12.", "2019-07-12"), ("12. 7. 2019", "2019-07-12"),
    ("5 décembre 2019", "2019-12-05"), ("2019/7/12", "2019-07-12"),
])  # fmt: skip
def test_dates_of_other_countries_are_read(tmp_path: Path, text: str, expected: str) -> None:
    (tmp_path / "x.csv").write_text(f"date,name\n{text},a\n")
    fields = "{slug: name, name: name, date: {from: date, order: dmy}, classification: {value: other}}"
    (tmp_path / "x.yaml").write_text(f"records: [{{collection: events, fields: {fields}}}]")
    result = load(tmp_path / "x.csv", Options(mapping=str(tmp_path / "x.yaml")))
    assert result.written, list(result.problems.lines())
    assert str(Event.objects.get().date) == expected


def test_a_number_with_a_fraction_is_no_month(tmp_path: Path) -> None:
    write_workbook(tmp_path / "x.xlsx", {"Sheet": [["name", "date"], ["a", 2019.5], ["b", 2019.0], ["c", 2019.1]]})
    fields = "{slug: name, name: name, date: date, classification: {value: other}}"
    (tmp_path / "x.yaml").write_text(f"records: [{{collection: events, fields: {fields}}}]")
    lines = list(load(tmp_path / "x.xlsx", Options(mapping=str(tmp_path / "x.yaml"))).problems.lines())
    assert [line.partition(" for January")[0] for line in lines] == [
        "x.xlsx/events:2, date: got '2019.5' (a spreadsheet writes 2019.1",
        "x.xlsx/events:4, date: got '2019.1' (a spreadsheet writes 2019.1",
    ]
