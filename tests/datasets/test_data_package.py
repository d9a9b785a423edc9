"""``datapackage.json`` of exports: every file is a resource, and every value keeps what its schema says."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from archive.dates import PartialDate
from archive.models import Event

pytestmark = pytest.mark.django_db
Rows = list[dict[str, Any]]
TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "array": list}


def export(directory: Path, **options: Any) -> dict[str, Any]:
    call_command("export", str(directory), verbosity=0, **options)
    content: dict[str, Any] = json.loads((directory / "datapackage.json").read_text(encoding="utf-8"))
    return content


def read(directory: Path, resource: dict[str, Any]) -> Rows:
    with (directory / resource["path"]).open(encoding=resource["encoding"], newline="") as stream:
        if resource["format"] == "jsonl":
            return [json.loads(line) for line in stream]
        missing = resource["schema"]["missingValues"]
        rows = csv.DictReader(stream, delimiter=resource["dialect"]["delimiter"])
        return [{name: None if cell in missing else cell for name, cell in row.items()} for row in rows]


def check(directory: Path, package: dict[str, Any]) -> None:
    """Every value against the type, constraints and keys of its field."""
    tables = {resource["name"]: read(directory, resource) for resource in package["resources"]}
    for resource in package["resources"]:
        rows, schema = tables[resource["name"]], resource["schema"]
        assert rows
        for field in schema["fields"]:
            check_field(resource, field, [row[field["name"]] for row in rows])
        assert {*rows[0]} == {field["name"] for field in schema["fields"]}
        check_keys(schema, rows)
        for key in schema.get("foreignKeys", ()):
            target = tables[key["reference"]["resource"] or resource["name"]]
            known = {row[key["reference"]["fields"][0]] for row in target}
            used = {row[key["fields"][0]] for row in rows} - {None}
            assert used <= known, (resource["name"], key)


def check_field(resource: dict[str, Any], field: dict[str, Any], values: list[Any]) -> None:
    constraints, place = field.get("constraints", {}), (resource["name"], field["name"])
    present = [value for value in values if value is not None]
    if resource["format"] == "jsonl":
        assert all(type(value) is TYPES[field["type"]] for value in present), place
    elif field["type"] == "integer":
        assert all(str(int(value)) == value for value in present), place
    assert not constraints.get("required") or len(present) == len(values), place
    assert not constraints.get("unique") or len(set(present)) == len(present), place
    assert set(present) <= set(constraints.get("enum", present)) if field["type"] == "string" else True, place
    assert field["description"]


def check_keys(schema: dict[str, Any], rows: Rows) -> None:
    if "primaryKey" in schema:
        keys = [tuple(str(row[name]) for name in schema["primaryKey"]) for row in rows]
        assert all(row[name] is not None for row in rows for name in schema["primaryKey"])
        assert len(set(keys)) == len(keys)
    else:
        [names] = schema["uniqueKeys"]
        keys = [tuple(str(row[name]) for name in names) for row in rows if None not in (row[name] for name in names)]
        assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_the_first_dossier_keeps_its_own_schema(dossier: None, form: str, tmp_path: Path) -> None:
    package = export(tmp_path / "out", format=form)
    check(tmp_path / "out", package)
    by_name = {resource["name"]: resource for resource in package["resources"]}
    keys = {
        name: {(key["fields"][0], key["reference"]["resource"]) for key in resource["schema"].get("foreignKeys", ())}
        for name, resource in by_name.items()
    }
    assert ("speaker", "officials") in keys["statements"]
    assert ("parent", "") in keys["topics"]
    assert ("source", "sources") in keys["citations"]
    assert by_name["events"]["schema"]["primaryKey"] == ["slug"]
    classification = next(field for field in by_name["events"]["schema"]["fields"] if field["name"] == "classification")
    assert classification["constraints"]["required"]
    assert "ruling" in classification["constraints"]["enum"]


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_part_of_the_archive_keeps_its_schema(dossier: None, form: str, tmp_path: Path) -> None:
    check(tmp_path / "out", export(tmp_path / "out", format=form, topic=["gsomia"]))


def test_a_link_to_a_draft_is_missing_in_the_data(dossier: None, tmp_path: Path) -> None:
    event = Event.objects.get(slug="2019-08-15-liberation-day")
    event.part_of = Event.objects.create(
        slug="secret", name="Secret", classification="visit", date=PartialDate.parse("2019")
    )
    event.save()
    package = export(tmp_path / "out")
    check(tmp_path / "out", package)
    assert "secret" not in json.dumps(package)


def test_resources_are_all_files_of_records_with_size_and_checksum(dossier: None, tmp_path: Path) -> None:
    package = export(tmp_path / "out", format="csv")
    for resource in package["resources"]:
        content = (tmp_path / "out" / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    files = {path.name for path in (tmp_path / "out").glob("*.csv")} - {"data_dictionary.csv"}
    assert {resource["path"] for resource in package["resources"]} == files
    assert "datapackage.json" in (tmp_path / "out/SHA256SUMS").read_text()


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("CC0-1.0", {"name": "CC0-1.0"}),
        ("https://example.org/licence", {"path": "https://example.org/licence"}),
        ("Free for teaching", {"name": "other", "title": "Free for teaching"}),
    ],
)
def test_the_package_says_what_dataset_yaml_says(
    dossier: None, tmp_path: Path, licence: str, expected: dict[str, str]
) -> None:
    package = export(
        tmp_path / "out", dataset_title="Talks, 2019", dataset_licence=licence, dataset_publisher="An Institute",
        dataset_version="2",
    )  # fmt: skip
    assert (package["name"], package["title"], package["version"]) == ("talks-2019", "Talks, 2019", "2")
    assert package["licenses"] == [expected]
    assert package["contributors"][0]["title"] == "An Institute"
    assert package["sources"][0]["path"] == "sources.jsonl"


def test_the_dataset_loads_with_it(dossier: None, tmp_path: Path) -> None:
    export(tmp_path / "out")
    call_command("load", str(tmp_path / "out"), plan=True, verbosity=0)
