"""What the desk writes about records leaves the admin by no other way: notes, remarks and reasons of acceptances."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from archive.graphql.schema import schema
from archive.models import Note, ProposedChange, Review, StoredFinding
from archive.registry import COLLECTIONS
from archive.workflow.records import reference
from tests.support.draft_neighbours import NEAR
from tests.support.exports import file_contents, run_export
from tests.support.routes import Route, routes

pytestmark = [pytest.mark.django_db, pytest.mark.any_database, pytest.mark.slow]
#: A word that is nowhere in the archive.
WORD = "zyzzyva"


def _write_about(record: Any, author: Any) -> None:
    """Every row that the workflow has about a record, with the word in each of its texts."""
    of_record = reference(record)
    Note.objects.create(**of_record, author=author, text=f"{WORD} of a note")
    Review.objects.create(**of_record, author=author, message=f"{WORD} of a remark")
    ProposedChange.objects.create(
        **of_record, author=author, note=f"{WORD} of a proposal", remark=WORD, base=[WORD], proposed=[WORD]
    )
    StoredFinding.objects.create(
        **of_record, key=f"{record._meta.model_name}-{record.pk}", rule="a-rule", subject="record", record=record.slug,
        got=WORD, expected=WORD, reason=f"{WORD} of an acceptance",
    )  # fmt: skip


@pytest.fixture
def addresses(module_dossier: None, editor: Any) -> list[Route]:
    """The requests of all doors; about every record something is written."""
    for collection in COLLECTIONS.values():
        for record in collection.model.objects.all():
            _write_about(record, editor)
    return [route for route in routes(NEAR) if not (route.of_filter or route.is_counted)]


def test_no_other_door_answers_with_what_the_desk_wrote(addresses: list[Route], editor: Any) -> None:
    signed_in = Client()
    signed_in.force_login(editor)
    for client in (Client(), signed_in):
        found = [route.name for route in addresses if WORD.encode() in route.ask(client)[2]]
        assert found == []
    assert {"/api", "/oai", "/gra"} <= {route.address[:4] for route in addresses}


def test_a_search_does_not_find_what_the_desk_wrote(addresses: list[Route], editor: Any) -> None:
    client = Client()
    client.force_login(editor)
    for kind in COLLECTIONS:
        answer = client.get(f"/api/v1/{kind}/", {"q": WORD}).json()
        assert answer["results"] == [], kind


@pytest.mark.parametrize("options", [(), ("--all",), ("--format", "csv", "--all")])
def test_an_export_has_nothing_of_what_the_desk_wrote(
    addresses: list[Route], tmp_path: Path, options: tuple[str, ...]
) -> None:
    run_export(tmp_path / "out", *options)
    files = file_contents(tmp_path / "out")
    assert files
    assert [name for name, content in files.items() if WORD.encode() in content] == []


def test_no_schema_has_a_type_of_the_desk() -> None:
    types = {model.__name__ for model in (Note, Review, ProposedChange, StoredFinding)}
    assert types & set(schema.graphql_schema.type_map) == set()
    components = Client().get("/api/v1/openapi.json").json()["components"]["schemas"]
    assert types & set(components) == set()
