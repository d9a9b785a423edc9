"""Files that cannot be read, or not safely, are reported with their location, and nothing is written."""

from __future__ import annotations

import io
import json
import re
import tarfile
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from archive.datasets.load import Options, load
from archive.datasets.readers import files, xlsx
from archive.datasets.readers import json as json_reader
from archive.models import Event, Topic
from tests.support.datasets import EVENT, EVENTS, load_error, load_errors, load_files, write_files

pytestmark = pytest.mark.django_db
TOPICS = "slug,name\n"


def test_an_encoding_error_has_line_and_byte(tmp_path: Path) -> None:
    assert load_error(tmp_path, "topics.csv", b"slug,name\na,A\nb,Caf\xe9\n") == (
        "topics.csv:3: got the byte 0xe9 at 6 (in Windows-1252 it would read 'b,Caf\u00e9'), "
        "expected UTF-8; save the file again in that encoding."
    )
    assert load_error(tmp_path, "topics.csv", "slug,name\n".encode("utf-16")) == (
        "topics.csv: got UTF-16, expected a text file in UTF-8; in Excel, save as CSV UTF-8."
    )


def test_a_byte_order_mark_and_crlf_are_accepted(tmp_path: Path) -> None:
    assert load_files(tmp_path, {"topics.csv": b'\xef\xbb\xbfslug,name\r\na,"A\r\nB"\r\n'}).written
    assert Topic.objects.get().name == "A\r\nB"


def test_an_unclosed_quotation_mark_is_reported_at_its_line(tmp_path: Path) -> None:
    assert load_error(tmp_path, "topics.csv", TOPICS + 'a,A\nb,"B\nc,C\n') == (
        "topics.csv:3: got a quotation mark that is not closed, "
        "expected a closing one; a mark within a cell is doubled."
    )


def test_an_unknown_column_has_a_suggestion(tmp_path: Path) -> None:
    assert load_errors(tmp_path, {"topics.csv": "slug,name,desciption,name,\na,A,B,C,\n"}) == [
        "topics.csv:1: got a column 'desciption', expected columns of topics, did you mean 'description'?",
        "topics.csv:1, name: got this column twice, expected each once.",
    ]
    assert load_error(tmp_path / "json", "topics.jsonl", '{"slug": "a", "name": "A", "desciption": "B"}\n') == (
        "topics.jsonl:1: got a column 'desciption', expected columns of topics, did you mean 'description'?"
    )


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("topics.jsonl", '{"slug": "a", "name": "A"}\n{"slug": "b", "name": "B", "name": "C"}\n', 2),
        ("topics.jsonl", '{"slug" : "b", "name":"a \\":\\" b", "name":"C"}\n', 1),
        ("topics.json", '[\n{"model": "archive.topic", "fields": {"slug": "a", "name": "A", "name": "B"}}]', 2),
        ("topics.jsonl", '{"model": "archive.topic", "fields": {"slug": "a", "name": "A", "name": "B"}}\n', 1),
        ("topics.yaml", "- model: archive.topic\n  fields:\n    slug: a\n    name: A\n    name: B\n", 5),
    ],
)
def test_a_key_given_twice_is_refused(tmp_path: Path, name: str, text: str, line: int) -> None:
    result = load(write_files(tmp_path, {name: text}) / name, Options())
    [problem] = result.problems.lines()
    assert problem == f"{name}:{line}, name: got this key twice, expected each once."
    assert not Topic.objects.exists()


def test_a_cell_of_200_kb_is_accepted_for_a_text_field_only(tmp_path: Path) -> None:
    long = "word " * 40_000
    head = EVENTS.strip() + ",summary\n"
    assert load_files(tmp_path, {"events.csv": f"{head}{EVENT.strip()},{long}\n"}).written
    assert Event.objects.get().summary == long
    line = load_error(tmp_path / "name", "topics.csv", f"{TOPICS}a,{long}\n")
    assert line.startswith("topics.csv:2, name: got 'word word")
    assert line.endswith("(200,000 characters), expected at most 200 characters.")
    assert len(line) < 200


def test_formulas_in_csv_are_text(tmp_path: Path) -> None:
    cells = ["=1+1", "'=1+1", "@SUM(A1)", "+1", "-1", "'tis"]
    rows = "".join(f"t{number},{cell}\n" for number, cell in enumerate(cells))
    assert load_files(tmp_path, {"topics.csv": TOPICS + rows}).written
    names = list(Topic.objects.order_by("slug").values_list("name", flat=True))
    assert names == ["=1+1", "=1+1", "@SUM(A1)", "+1", "-1", "'tis"]


def test_an_empty_file_and_an_empty_directory_are_refused(tmp_path: Path) -> None:
    assert load_error(tmp_path, "topics.csv", "") == (
        "topics.csv: got an empty file, expected a header line with the names of columns."
    )
    assert (
        load_error(tmp_path / "2", "topics.jsonl", "\n")
        == "topics.jsonl: got an empty file, expected one JSON object a line."
    )
    (tmp_path / "none").mkdir()
    assert load_errors(tmp_path / "none", {}) == [
        "none: got no file with records, expected at least one, such as events.csv."
    ]
    assert load_errors(tmp_path / "only", {"dataset.yaml": "title: A\n"}) == [
        "only: got no file with records, expected at least one, such as events.csv."
    ]


def test_a_file_of_no_record_type_has_a_suggestion(tmp_path: Path) -> None:
    line = load_error(tmp_path, "event.csv", "slug,nonsense\na,b\n")
    assert line.startswith("event.csv: got 'event', which is no kind of record, expected a name of a kind: bodies, ")
    assert line.endswith(", did you mean 'events'?")
    line = load_error(tmp_path / "2", "notes.docx", "")
    assert line.startswith("notes.docx: got an unknown file")


def test_yaml_with_aliases_is_refused(tmp_path: Path) -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    files = {"dataset.yaml": bomb, "topics.csv": TOPICS}
    message = "got an anchor or alias in line 1, expected YAML without any: write the value out."
    assert load_errors(tmp_path, files) == [f"dataset.yaml: {message}"]
    (tmp_path / "bomb.yaml").write_text(f"- {bomb}")
    assert list(load(tmp_path / "bomb.yaml", Options()).problems.lines()) == [f"bomb.yaml: {message}"]


@pytest.mark.parametrize("nested", ["[" * 60_000, "- " * 30_000 + "a", "{a: " * 15_000])
def test_deeply_nested_yaml_is_refused(tmp_path: Path, nested: str) -> None:
    expected = "got lists or mappings nested more than 64 deep in line 1, expected at most 64 levels."
    assert load_errors(tmp_path, {"dataset.yaml": nested, "topics.csv": TOPICS}) == [f"dataset.yaml: {expected}"]
    (tmp_path / "deep.yaml").write_text(nested)
    assert list(load(tmp_path / "deep.yaml", Options()).problems.lines()) == [f"deep.yaml: {expected}"]


def test_a_zip_bomb_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("topics.csv", b"\0" * 60_000_000)
    message = "got a file that unpacks to more than 50,000,000 bytes, expected at most 200 times its size."
    assert list(load(tmp_path / "bomb.zip", Options()).problems.lines()) == [f"bomb.zip: {message}"]
    with tarfile.open(tmp_path / "bomb.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo("README.md")
        entry.size = 60_000_000
        archive.addfile(entry, io.BytesIO(b"\0" * entry.size))
    assert list(load(tmp_path / "bomb.tar.gz", Options()).problems.lines()) == [f"bomb.tar.gz: {message}"]


def test_what_unpacks_to_more_than_the_absolute_limit_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "MAX_UNPACKED_BYTES", 100)
    monkeypatch.setattr(files, "MIN_UNPACKED_LIMIT", 1_000)
    with zipfile.ZipFile(tmp_path / "large.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("topics.csv", TOPICS + "t,Talks\n" * 20)
    [line] = load(tmp_path / "large.zip", Options()).problems.lines()
    assert line == (
        "large.zip: got a file that unpacks to more than 100 bytes, expected at most that many: load it in several "
        "parts, or unpack it and load the directory."
    )


def test_a_large_yaml_fixture_is_refused_before_it_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_reader, "_MAX_YAML_CHARACTERS", 100)
    (tmp_path / "f.yaml").write_text("- {model: archive.topic}\n" * 10)
    [line] = load(tmp_path / "f.yaml", Options()).problems.lines()
    assert line == "f.yaml:5: got more than 100 characters, expected fewer: write JSON Lines instead."


def test_a_workbook_that_unpacks_to_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "_MAX_UNPACKED_BYTES", 1_000)
    workbook = Workbook()
    workbook.active.append(["slug", "name"])
    workbook.save(tmp_path / "topics.xlsx")
    [line] = load(tmp_path / "topics.xlsx", Options()).problems.lines()
    assert re.fullmatch(
        r"topics\.xlsx: got a workbook that unpacks to [\d,]+ bytes, more than 1,000, expected a smaller one: "
        r"write CSV instead\.",
        line,
    )
    monkeypatch.setattr(xlsx, "_MAX_BYTES", 100)
    [line] = load(tmp_path / "topics.xlsx", Options()).problems.lines()
    assert line == "topics.xlsx: got more than 100 bytes, expected a smaller one: write CSV instead."


@pytest.mark.parametrize(
    "name", ["../topics.csv", "/etc/topics.csv", "a/../../topics.csv", "..\\topics.csv", "C:/t.csv"]
)
def test_a_path_out_of_an_archive_is_refused(name: str, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(name, TOPICS)
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo(name), io.BytesIO())
    for packed_name in ("a.zip", "a.tar.gz"):
        [line] = load(tmp_path / packed_name, Options()).problems.lines()
        assert line.startswith(f"{packed_name}: got a file '{name}' that leads out of it")


def test_links_out_of_the_directory_are_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text(TOPICS)
    directory = write_files(tmp_path / "dataset", {"events.csv": EVENTS})
    (directory / "topics.csv").symlink_to(tmp_path / "secret.csv")
    assert list(load(directory, Options()).problems.lines()) == [
        "topics.csv: got a link that leads out of the directory, expected a file in it."
    ]
    with tarfile.open(tmp_path / "a.tar.gz", "w:gz") as archive:
        link = tarfile.TarInfo("topics.csv")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert list(load(tmp_path / "a.tar.gz", Options()).problems.lines()) == [
        "a.tar.gz/topics.csv: got a link or a device, expected plain files only."
    ]


def test_a_damaged_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "a.tar.gz").write_bytes(b"\x1f\x8b\x08\x00")
    for name in ("a.zip", "a.tar.gz"):
        [line] = load(tmp_path / name, Options()).problems.lines()
        assert line.startswith(f"{name}: got a damaged file")


def test_json_of_another_type_is_refused(tmp_path: Path) -> None:
    rows = [
        '{"slug": "a", "name": 5}',
        '{"slug": "b", "name": "B", "parent": ["x", "y"]}',
        "[1]",
        "{broken",
        '{"slug": "c"}',
    ]
    lines = load_errors(tmp_path, {"topics.jsonl": "\n".join(rows) + "\n"})
    assert {line.partition(",")[0].partition(": got")[0] for line in lines} == {
        f"topics.jsonl:{number}" for number in range(1, 6)
    }


def test_rows_of_another_width_and_null_characters_are_refused(tmp_path: Path) -> None:
    lines = load_errors(tmp_path, {"topics.csv": TOPICS + "a,A,too much\nb\nc,C\0D\n"})
    assert lines == [
        "topics.csv:2: got 3 cells, expected 2, as many as the header has.",
        "topics.csv:3: got 1 cells, expected 2, as many as the header has.",
        "topics.csv:4, name: got 'C\\x00D', expected text without null characters.",
    ]


def test_characters_that_cannot_be_seen_are_refused_with_their_place(tmp_path: Path) -> None:
    """As the admin refuses them: a record that was loaded with one could not be saved there again."""
    names = ["Tal\u200bks", "\ufeffTalks", "Talks\x07", "T\u200dalks", "می\u200cخواهم", "\u202eTalks\u202c", "a\ufffe"]
    rows = [json.dumps({"slug": f"t{number}", "name": name}) for number, name in enumerate(names)]
    lines = load_errors(tmp_path, {"topics.jsonl": "\n".join(rows) + "\n"})
    expected = "expected text without characters that can't be seen; type this place again."
    assert lines == [
        f"topics.jsonl:1, name: got U+200B after 3 characters, {expected}",
        f"topics.jsonl:2, name: got U+FEFF after 0 characters, {expected}",
        f"topics.jsonl:3, name: got U+0007 after 5 characters, {expected}",
        f"topics.jsonl:4, name: got U+200D after 1 characters, {expected}",
        f"topics.jsonl:7, name: got U+FFFE after 1 characters, {expected}",
    ]


def test_twenty_errors_are_shown_and_all_are_counted_and_written(tmp_path: Path) -> None:
    rows = "".join(f"t{number},,nowhere\n" for number in range(50))
    directory = write_files(tmp_path / "d", {"topics.csv": "slug,name,parent\n" + rows})
    into = io.StringIO()
    result = load(directory, Options(), errors=into)
    assert result.problems.errors == 100
    lines = list(result.problems.lines())
    assert len(lines) == 22  # a reference that leads nowhere is one line, however often it occurs
    assert lines[20] == "topics.csv, name: 30 more like these."
    assert lines[21].startswith("topics.csv:2, parent: got 'nowhere'")
    assert lines[21].endswith("(50 times)")
    assert len(into.getvalue().splitlines()) == 101
    assert into.getvalue().splitlines()[1] == (
        'error,topics.csv,2,name,nothing,"a value: The subject in English, as a heading",'
    )


_ROW = {"slug": "a", "name": "A", "classification": "meeting", "date": "2019-02-29"}
_FIXTURE = json.dumps({"model": "archive.event", "fields": _ROW})


@pytest.mark.parametrize(
    ("name", "text", "place"),
    [
        ("events.csv", EVENTS + EVENT.replace("2019-07-12", "2019-02-29") + 'b,"B\n', "events.csv:3"),
        ("events.jsonl", (json.dumps(_ROW) + "\n").encode() + b'{"slug": "Caf\xe9"}\n', "events.jsonl:2"),
        ("events.json", f"[{_FIXTURE},\n{_FIXTURE},\n!]", "events.json:3"),
    ],
)
def test_rows_before_the_end_of_what_can_be_read_are_checked(
    tmp_path: Path, name: str, text: str | bytes, place: str
) -> None:
    write_files(tmp_path, {name: text})
    result = load(tmp_path / name, Options())
    lines = list(result.problems.lines())
    assert any(line.startswith(f"{place}: got") for line in lines), lines
    assert any("'2019-02-29'" in line for line in lines)
    assert any("rows, because the file" in line for line in result.problems.lines("warning"))
