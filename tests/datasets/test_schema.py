"""Record types, columns and cells of a dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.csv_dialect import guard, join_pieces, join_values, split_pieces, split_values, unguard
from archive.datasets.schema import record_types
from archive.models.fields import DERIVED
from tests.support import docs_blocks as docs
from tests.support.datasets import load_files

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
STRIPPED = TEXT.map(str.strip).filter(bool)


@given(st.lists(st.one_of(st.none(), TEXT.filter(bool)), min_size=2, max_size=6))
def test_key_pieces_round_trip(pieces: list[str | None]) -> None:
    assert split_pieces(join_pieces(pieces)) == pieces


@given(st.lists(STRIPPED, max_size=6))
def test_values_of_a_cell_round_trip(values: list[str]) -> None:
    assert split_values(join_values(values)) == values


@given(st.text("'=+-@\t\ra", max_size=6))
def test_a_guarded_cell_is_no_formula_and_round_trips(cell: str) -> None:
    guarded = guard(cell)
    assert not guarded or guarded[0] not in "=+-@\t\r"
    assert unguard(guarded) == cell


def test_pieces_are_joined_and_escaped_as_documented() -> None:
    assert join_pieces(["g20-summit", None, "japan", "host"]) == "g20-summit||japan|host"
    assert join_pieces(["a|b", "c;d", "e\\"]) == r"a\|b|c\;d|e\\"


@pytest.mark.parametrize(
    ("cell", "read"), [("=1+1", "=1+1"), ("'=1+1", "=1+1"), ("''=1", "'=1"), ("'tis", "'tis"), ("", "")]
)
def test_unguard_removes_only_a_guarding_apostrophe(cell: str, read: str) -> None:
    assert unguard(cell) == read


def test_files_keys_and_relations_are_documented() -> None:
    documented = {
        docs.code(row[0])[0]: (docs.code(row[1]), sorted(set(docs.code(row[2]))))
        for row in docs.table("docs/reference/datasets.md", "Files and columns")
    }
    expected = {}
    for record_type in record_types().values():
        cited = 5 if record_type.name == "citations" else None
        targets = sorted({column.target for column in record_type.columns if column.target})
        expected[record_type.name] = (list(record_type.key[:cited]), targets)
    assert documented == expected
    assert list(documented) == list(record_types())


@pytest.mark.parametrize("record_type", record_types().values(), ids=lambda record_type: record_type.name)
def test_columns_are_editable_fields_and_the_key(record_type: Any) -> None:
    names = [column.name for column in record_type.columns]
    assert not {"id", "version", "created_at", "updated_at"} & set(names)
    assert not [column.name for column in record_type.columns if isinstance(column.field, DERIVED)]
    assert set(record_type.key) <= set(names)


def test_a_record_type_comes_after_those_that_it_refers_to() -> None:
    seen: set[str] = set()
    for record_type in record_types().values():
        targets = {column.target for column in record_type.columns if column.data_type == "relation"}
        assert targets - {record_type.name} <= seen
        seen.add(record_type.name)


@pytest.mark.django_db
@pytest.mark.parametrize("name", list(record_types()))
def test_a_file_with_a_header_only_adds_nothing(tmp_path: Path, name: str) -> None:
    header = ",".join(column.name for column in record_types()[name].columns)
    result = load_files(tmp_path, {f"{name}.csv": f"{header}\n"})
    assert (list(result.problems.lines()), result.written) == ([], False)
