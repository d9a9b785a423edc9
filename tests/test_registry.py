"""The registry of collections: every door is a view of it, and shows a record type that only has an entry."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from archive.filters import FILTERSETS
from archive.graphql.schema import ROOTS
from archive.registry import COLLECTIONS, in_admin, page_names, searched
from archive.rest.serializers import SERIALIZERS

ROOT = Path(__file__).resolve().parents[1]


def test_doors_have_the_collections_of_the_registry() -> None:
    assert [*COLLECTIONS] == [*FILTERSETS] == [*SERIALIZERS] == [*ROOTS]
    names = [collection.name for collection in searched()]
    assert names[:5] == ["officials", "bodies", "measures", "events", "statements"]
    assert {*COLLECTIONS} - {*names} == {"speech-acts", "appointments"}
    assert [*COLLECTIONS.keys() - {*page_names().values()}] == ["speech-acts"]
    assert in_admin()[:2] == ["Statement", "Event"]
    for name, collection in COLLECTIONS.items():
        assert FILTERSETS[name]._meta.model is collection.model
        assert SERIALIZERS[name].Meta.model is collection.model  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def doors() -> dict[str, Any]:
    """What the doors show of a record type of another application: see ``tests/treaties``."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.treaties.settings", "DEBUG": "true"}
    command = [sys.executable, "-m", "tests.treaties.doors"]
    result = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr[-2000:]
    answers: dict[str, Any] = json.loads(result.stdout.splitlines()[-1])
    return answers


def test_new_record_type_is_in_rest(doors: dict[str, Any]) -> None:
    [row] = doors["list"]["results"]
    assert (row["slug"], row["signed"]["text"], row["depositary"]["slug"]) == ("treaty-of-1965", "1965-06-22", "japan")
    assert doors["detail"] == row
    assert doors["wrong"]["errors"][0]["suggestion"] == "japan"
    assert doors["openapi"][:3] == ["/api/v1/treaties/", "/api/v1/treaties/counts/", "/api/v1/treaties/{slug}/"]


def test_new_record_type_is_in_graphql(doors: dict[str, Any]) -> None:
    assert doors["graphql"]["data"] == {
        "treaties": {
            "totalCount": 1,
            "nodes": [{"slug": "treaty-of-1965", "signed": {"text": "1965-06-22"}, "depositary": {"slug": "japan"}}],
        },
        "treaty": {"name": "Treaty on Basic Relations", "status": "PUBLISHED"},
        "search": [{"slug": "treaty-of-1965"}],
    }


def test_new_record_type_has_pages_and_is_searched(doors: dict[str, Any]) -> None:
    assert "Treaty on Basic Relations" in doors["page"]
    assert 'href="/treaties/treaty-of-1965/"' in doors["search page"]
    assert [row["slug"] for row in doors["rest search"]["results"]] == ["treaty-of-1965"]


def test_new_record_type_is_cited_harvested_and_in_the_sitemap(doors: dict[str, Any]) -> None:
    assert "date = {1965-06-22}" in doors["bibtex"]
    assert '<depositary collection="bodies" slug="japan">Japan</depositary>' in doors["oai"]
    assert "/treaties/treaty-of-1965/</loc>" in doors["sitemap"]


def test_new_record_type_is_in_the_admin_and_in_datasets(doors: dict[str, Any]) -> None:
    assert doors["admin"]
    assert "treaty-of-1965" in doors["exported"]
