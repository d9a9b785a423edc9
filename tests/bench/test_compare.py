"""What the comparison takes for the same records, and that the archive's side of it is asked what it knows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from graphql import parse, validate

from archive.graphql.schema import schema
from bench import contestants
from bench.records import listed, slugs
from bench.table import Result, written

PLAIN = {"data": {"events": {"nodes": [{"slug": "b", "topics": [{"slug": "t"}]}, {"slug": "a", "topics": []}]}}}
EDGES = {"data": {"events": {"edges": [{"node": {"topics": {"edges": [{"node": {"slug": "t"}}]}, "slug": "b"}},
                                       {"node": {"slug": "a"}}]}}}  # fmt: skip


def test_records_are_the_same_whatever_the_shape_around_them() -> None:
    assert slugs(PLAIN) == slugs(EDGES) == {"a": 1, "b": 1, "t": 1}


def test_the_order_of_the_list_counts() -> None:
    assert listed(PLAIN) == ["b", "a"]
    assert listed({"results": [{"slug": "a"}, {"slug": "b"}]}) == ["a", "b"]


def test_a_single_record_is_known_by_its_slug() -> None:
    assert listed({"data": {"event": {"slug": "a", "topics": [{"slug": "t"}]}}}) == ["a"]


@pytest.mark.parametrize("question", contestants.QUESTIONS)
def test_the_archives_own_questions_are_valid(question: str) -> None:
    text = (contestants.PEERS / "ours" / f"{question}.graphql").read_text()
    assert validate(schema.graphql_schema, parse(text)) == []


@pytest.mark.parametrize("question", ["Q1", "Q3", "Q5"])
def test_graphql_and_rest_are_asked_for_the_same_list(question: str, dossier: Any) -> None:
    values = {"date": "2018/2020", "speaker": "kim-you-geun", "state": "JP", "day": "2019-08-01"}
    by_name = {contestant.name: contestant for contestant in contestants.CONTESTANTS}
    _, path, body = by_name[contestants.OURS].ask(question, values)
    graphql = Client().post(path, json.loads(body), content_type="application/json").json()
    rest = Client().get(by_name[contestants.OURS_REST].ask(question, values)[1]).json()
    assert listed(graphql) == listed(rest) != []


def test_the_archive_before_runs_in_its_checkout_over_its_own_database(tmp_path: Path) -> None:
    earlier = contestants.before(tmp_path, "postgresql://127.0.0.1/earlier")
    assert [contestant.name for contestant in earlier] == [
        "before, GraphQL", "before, REST", "before, GraphQL, cached", "before, REST, cached",
    ]  # fmt: skip
    ours = {contestant.server.name for contestant in contestants.CONTESTANTS}
    for contestant in earlier:
        assert contestant.server.name not in ours
        assert contestant.server.folder == tmp_path
        assert contestant.server.environment["PYTHONPATH"] == str(tmp_path)
        assert contestant.server.command[0] == str(tmp_path / ".venv" / "bin" / "python")
        assert contestant.server.database == "postgresql://127.0.0.1/earlier"


def test_a_table_has_the_ratio_to_each_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.table.RESULTS", tmp_path)
    results = [Result("Q1", contestants.OURS, 300, 1, 2), Result("Q1", "PostGraphile 5", 120, 1, 2)]
    page = written("try", results, ["pgbench was not there"], {"cores": "2"})
    assert "| PostGraphile 5 | 120 | 1.0 | 2.0 | 2.50 |  |" in page
    assert "- pgbench was not there" in page
    assert json.loads((tmp_path / "try.json").read_text())["facts"] == {"cores": "2"}
