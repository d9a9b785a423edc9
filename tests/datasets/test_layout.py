"""Files, columns and cells of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.datasets import schema
from archive.models.fields import DERIVED
from tests.datasets.datasets import loaded
from tests.support import docs_blocks as docs

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
STRIPPED = TEXT.map(str.strip).filter(bool)


@given(st.lists(st.one_of(st.none(), TEXT.filter(bool)), min_size=2, max_size=6))
def test_the_pieces_of_a_key_come_back(pieces: list[str | None]) -> None:
    assert schema.split_pieces(schema.join_pieces(pieces)) == pieces


@given(st.lists(STRIPPED, max_size=6))
def test_several_values_come_back(values: list[str]) -> None:
    assert schema.split_values(schema.join_values(values)) == values


@given(st.text("'=+-@\t\ra", max_size=6))
def test_a_guarded_cell_runs_nowhere_and_comes_back(cell: str) -> None:
    guarded = schema.guard(cell)
    assert not guarded or guarded[0] not in "=+-@\t\r"
    assert schema.unguard(guarded) == cell


def test_pieces_are_joined_and_escaped_as_documented() -> None:
    assert schema.join_pieces(["g20-summit", None, "japan", "host"]) == "g20-summit||japan|host"
    assert schema.join_pieces(["a|b", "c;d", "e\\"]) == r"a\|b|c\;d|e\\"


@pytest.mark.parametrize(
    ("cell", "read"), [("=1+1", "=1+1"), ("'=1+1", "=1+1"), ("''=1", "'=1"), ("'tis", "'tis"), ("", "")]
)
def test_an_apostrophe_is_taken_away_only_where_it_guards(cell: str, read: str) -> None:
    assert schema.unguard(cell) == read


def test_files_keys_and_relations_are_as_the_reference_says() -> None:
    told = {
        docs.code(row[0])[0]: (docs.code(row[1]), sorted(set(docs.code(row[2]))))
        for row in docs.table("docs/reference/datasets.md", "Files and columns")
    }
    expected = {}
    for kind in schema.kinds().values():
        cited = 5 if kind.name == "citations" else None
        targets = sorted({column.target for column in kind.columns if column.target})
        expected[kind.name] = (list(kind.key[:cited]), targets)
    assert told == expected
    assert list(told) == list(schema.kinds())


@pytest.mark.parametrize("kind", schema.kinds().values(), ids=lambda kind: kind.name)
def test_columns_are_fields_that_people_enter(kind: Any) -> None:
    names = [column.name for column in kind.columns]
    assert not {"id", "version", "created_at", "updated_at"} & set(names)
    assert not [column.name for column in kind.columns if isinstance(column.field, DERIVED)]
    assert set(kind.key) <= set(names)


def test_every_kind_stands_after_those_that_it_refers_to() -> None:
    seen: set[str] = set()
    for kind in schema.kinds().values():
        forward = {column.target for column in kind.columns if column.form == "relation"} - {kind.name}
        assert forward <= seen
        seen.add(kind.name)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", list(schema.kinds()))
def test_a_file_with_its_header_only_brings_nothing(tmp_path: Path, kind: str) -> None:
    header = ",".join(column.name for column in schema.kinds()[kind].columns)
    result = loaded(tmp_path, {f"{kind}.csv": f"{header}\n"})
    assert (list(result.problems.lines()), result.written) == ([], False)
