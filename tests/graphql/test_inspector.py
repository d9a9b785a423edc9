"""GraphQL Inspector's verdict on the committed schema and on the documents of the benchmark."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from archive.graphql.schema import schema
from tests.support.npm import install_packages
from tests.support.servers import ROOT

pytestmark = [pytest.mark.node, pytest.mark.slow]

HERE = Path(__file__).parent / "inspector"
SDL = ROOT / "archive" / "graphql" / "schema.graphql"
DOCUMENTS = sorted((ROOT / "bench" / "peers" / "ours").glob("*.graphql"))


def inspect(printed: Path, documents: list[Path]) -> dict[str, list[object]]:
    install_packages(HERE)
    command = ["node", "check.mjs", str(SDL), str(printed), *map(str, documents)]
    result: dict[str, list[object]] = json.loads(
        subprocess.run(command, cwd=HERE, capture_output=True, check=True).stdout
    )
    return result


def test_the_schema_is_the_committed_one_and_the_documents_are_valid(tmp_path: Path) -> None:
    printed = tmp_path / "printed.graphql"
    printed.write_text(str(schema), encoding="utf-8")
    assert len(DOCUMENTS) == 5
    assert inspect(printed, DOCUMENTS) == {"changes": [], "invalid": []}


def test_a_changed_type_and_an_unknown_field_are_reported(tmp_path: Path) -> None:
    printed, document = tmp_path / "printed.graphql", tmp_path / "wrong.graphql"
    printed.write_text(str(schema).replace("attributedAs: String!", "attributedAs: Int"), encoding="utf-8")
    document.write_text("{ events(first: 1) { nodes { nmae } } }", encoding="utf-8")
    report = inspect(printed, [document])
    assert any("attributedAs" in str(change) for change in report["changes"]), report
    assert "nmae" in str(report["invalid"])
