"""A filtered export has the selected records and all that they refer to, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.management.base import CommandError

from archive import models as m
from archive.datasets.export import pages
from archive.datasets.export.selection import filtered_collections
from archive.filters import FILTERSETS
from tests.support.exports import dangling_references, exported_records, exported_slugs, file_contents, run_export

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

STATEMENT = "2019-07-12-kim-you-geun-international-probe"


def test_a_statement_is_exported_with_parts_and_references(dossier: None, tmp_path: Path) -> None:
    run_export(tmp_path / "out", "--only", "statements", "--speaker", "kim-you-geun")
    out = tmp_path / "out"
    assert dangling_references(out) == []
    records = exported_records(out)
    assert STATEMENT in exported_slugs(out, "statements")
    assert exported_slugs(out, "officials") == ["kim-you-geun"]
    assert {speech_act["statement"] for speech_act in records["speech_acts"]} >= {STATEMENT}
    assert next(name["text"] for name in records["names"] if name["official"] == "kim-you-geun") == "김유근"
    assert {"south-korea", "japan", "national-security-office"} <= set(exported_slugs(out, "bodies"))
    assert "france" not in exported_slugs(out, "bodies")
    spoken = m.Statement.objects.filter(speaker__slug="kim-you-geun").values_list("slug", flat=True)
    assert {citation["statement"] for citation in records["citations"] if citation["statement"]} == set(spoken)


@pytest.mark.parametrize(
    "words",
    [
        ["--topic", "export-controls"],
        ["--country", "KR"],
        ["--date", "2019-07", "--certain", "true"],
        ["--date-after", "2019-08"],
        ["--only", "events", "--actor", "japan"],
        ["--only", "speech-acts", "--kind", "demand"],
        ["--only", "dossiers", "--q", "export"],
        ["--only", "events", "--only", "measures", "--topic", "export-controls"],
        ["--source", "treaty-texts"],
    ],
)
def test_a_selection_has_no_dangling_references(
    words: list[str], dossier: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_export(tmp_path / "out", *words)
    assert dangling_references(tmp_path / "out") == []
    files = file_contents(tmp_path / "out")
    assert len(files) > 6
    monkeypatch.setattr(pages, "SELECTED_PAGE_ROWS", 3)
    run_export(tmp_path / "again", *words)
    assert file_contents(tmp_path / "again") == files


def test_a_filter_selects_what_rest_selects(dossier: None, tmp_path: Path) -> None:
    run_export(tmp_path / "out", "--only", "events", "--date", "2019-08", "--certain", "true")
    wanted = FILTERSETS["events"]({"date": "2019-08", "certain": "true"}, None).result()
    names = set(exported_slugs(tmp_path / "out", "events"))
    assert {event.slug for event in wanted} <= names
    referred = {event["part_of"] for event in exported_records(tmp_path / "out")["events"]}
    referred |= {relation["to_event"] for relation in exported_records(tmp_path / "out")["relations"]}
    assert names <= {event.slug for event in wanted} | referred


def test_a_speech_act_is_exported_with_statement_and_outcome(dossier: None, tmp_path: Path) -> None:
    outcome = m.Outcome.objects.select_related("speech_act__statement").exclude(event=None)[0]
    run_export(tmp_path / "out", "--only", "speech-acts", "--statement", outcome.speech_act.statement.slug)
    records = exported_records(tmp_path / "out")
    assert outcome.speech_act.slug in {record["speech_act"] for record in records["outcomes"]}
    assert outcome.speech_act.statement.slug in exported_slugs(tmp_path / "out", "statements")


def test_filters_select_from_the_collections_that_have_all_of_them() -> None:
    assert filtered_collections({"topic": ["x"]}) == ["events", "measures", "statements", "speech-acts"]
    assert filtered_collections({"topic": ["x"], "speaker": ["y"]}) == ["statements", "speech-acts"]
    assert filtered_collections({}, ["events"]) == ["events"]


def test_the_description_lists_the_filters(dossier: None, tmp_path: Path) -> None:
    run_export(tmp_path / "out", "--topic", "gsomia")
    assert b"Selected by topic=gsomia, with what it refers to." in file_contents(tmp_path / "out")["dataset.yaml"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--topic", "export-control"], "Did you mean 'export-controls"),
        (["--date", "31/12/2019"], "expected an EDTF date"),
        (["--tier", "primary", "--speaker", "kim-you-geun"], "expected filters that one of"),
    ],
)
def test_an_unknown_filter_is_refused_and_nothing_is_written(
    words: list[str], expected: str, dossier: None, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match=expected):
        run_export(tmp_path / "out", *words)
    assert list(tmp_path.iterdir()) == []
