"""Tables derived by triggers are not dumped, and are correct after any load."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.test import Client

from archive.management.commands.dumpdata import is_excluded
from archive.models import AddresseeIndex, Body, SpeechAct, Statement
from tests.support.snapshot import put_dossier

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


def dumped() -> list[dict[str, Any]]:
    out = StringIO()
    call_command("dumpdata", "archive", natural_foreign=True, natural_primary=True, stdout=out)
    results: list[dict[str, Any]] = json.loads(out.getvalue())
    return results


def derived() -> set[tuple[int, int | None, int | None]]:
    return set(AddresseeIndex.objects.values_list("act_id", "body_id", "official_id"))


def expected() -> set[tuple[int, int | None, int | None]]:
    """The rows that the derived table must have, from the links."""
    bodies = SpeechAct.addressee_bodies.through.objects.values_list("speechact_id", "body_id")
    officials = SpeechAct.addressee_officials.through.objects.values_list("speechact_id", "official_id")
    return {(act, body, None) for act, body in bodies} | {(act, None, official) for act, official in officials}


def own_acts() -> None:
    """Records whose primary keys a dump of another archive has too."""
    statement = Statement.objects.create(
        slug="own", name="Own", date="2019", classification="speech", attribution="collective", status="published",
        body=Body.objects.get(slug="japan"),
    )  # fmt: skip
    for ordinal in (1, 2, 3):
        act = SpeechAct.objects.create(statement=statement, ordinal=ordinal, kind="demand", text="x")
        act.addressee_bodies.add(Body.objects.get(slug="south-korea"))


def test_a_dump_holds_records_parts_and_revisions_only(dossier: None) -> None:
    models = {row["model"] for row in dumped()}
    assert not {label for label in models if is_excluded(apps.get_model(label))}
    assert {"archive.event", "archive.citation", "archive.speechact"} <= models


def test_derived_tables_are_correct_after_loaddata_into_an_archive_with_records(tmp_path: Path, dossier: None) -> None:
    """Of a dump as they were before: with the derived rows under their own keys, which are left out."""
    text = StringIO()
    call_command("dumpdata", "archive.addresseeindex", "archive.publicversion", natural_foreign=True, stdout=text)
    rows = dumped() + json.loads(text.getvalue())
    assert any(row["model"] == "archive.addresseeindex" for row in rows)
    Statement.objects.all().delete()
    own_acts()
    (tmp_path / "dump.json").write_text(json.dumps(rows))
    call_command("loaddata", str(tmp_path / "dump.json"), verbosity=0)
    assert derived() == expected()
    answer = Client().get("/api/v1/speech-acts/", {"addressee": "KR", "kind": "demand", "fields": "slug", "limit": 500})
    assert {"own-1", "own-2", "own-3"} <= {row["slug"] for row in answer.json()["results"]}


def test_derived_tables_are_correct_after_the_first_dossier(db: None) -> None:
    put_dossier()
    assert derived() == expected() != set()
