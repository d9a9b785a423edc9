"""An export names attached files only with drafts, and is loaded without them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from archive.models import Attachment, Source
from tests.support.attached_files import PDF, PNG, attached
from tests.support.exports import run_export

pytestmark = pytest.mark.django_db


@pytest.fixture
def attachment(settings: Any, tmp_path: Path, editor: Any) -> Attachment:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    first = Source.objects.create(slug="paper", title="Paper", status="published")
    second = Source.objects.create(slug="agency", title="Agency", status="published")
    attached(second, editor, "page.png", PNG)
    return attached(first, editor, "=paper.pdf", description="Pages 3 to 7")


def test_a_public_export_says_nothing_of_attached_files(attachment: Attachment, tmp_path: Path) -> None:
    run_export(tmp_path / "out", "--format", "csv")
    assert not (tmp_path / "out/attachments.csv").exists()
    for path in (tmp_path / "out").iterdir():
        assert attachment.sha256 not in path.read_text(encoding="utf-8"), path.name


def test_an_export_with_drafts_lists_them_and_loads(attachment: Attachment, tmp_path: Path) -> None:
    run_export(tmp_path / "out", "--all")
    with (tmp_path / "out/attachments.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["source"] for row in rows] == ["agency", "paper"]
    assert rows[1] | {"uploaded_at": ""} == {
        "source": "paper", "name": "'=paper.pdf", "media_type": "application/pdf", "bytes": str(len(PDF)),
        "sha256": attachment.sha256, "path": attachment.file.name, "description": "Pages 3 to 7", "uploaded_at": "",
    }  # fmt: skip
    package = json.loads((tmp_path / "out/datapackage.json").read_bytes())
    [resource] = [resource for resource in package["resources"] if resource["name"] == "attachments"]
    assert [field["name"] for field in resource["schema"]["fields"]] == list(rows[0])
    assert "  attachments.csv\n" in (tmp_path / "out/SHA256SUMS").read_text()
    call_command("load", str(tmp_path / "out"), verbosity=0)


def test_a_selection_lists_the_files_of_its_sources(attachment: Attachment, tmp_path: Path) -> None:
    run_export(tmp_path / "out", "--all", "--only", "sources", "--q", "paper")
    text = (tmp_path / "out/attachments.csv").read_text(encoding="utf-8")
    assert (text.count("\n"), "paper,'=paper.pdf" in text) == (2, True)
