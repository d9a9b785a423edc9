"""Variables are coerced as by graphql-core."""

from __future__ import annotations

from typing import Any

import pytest
from graphql import parse
from graphql.execution.values import get_variable_values
from hypothesis import given
from hypothesis import strategies as st

from archive.graphql import binding
from archive.graphql.binding import VariableReader
from archive.graphql.errors import RejectedOperation
from tests.support.documents import SCHEMA

DECLARED = """query ($text: String!, $id: ID, $flag: Boolean = true, $size: Int = 3, $texts: [String!], $ids: [ID!]!,
  $kind: SpeechActKind, $maybe: String = "a") { __typename }"""
VALUES = st.one_of(
    st.none(), st.text(max_size=3), st.booleans(), st.integers(), st.floats(allow_nan=False), st.just("DEMAND"),
    st.lists(st.one_of(st.text(max_size=2), st.none(), st.integers()), max_size=2),
    st.dictionaries(st.text(), st.none()),
)  # fmt: skip
NAMES = ("text", "id", "flag", "size", "texts", "ids", "kind", "maybe", "other")


def operation(text: str) -> Any:
    return parse(text).definitions[0]


def coerced(text: str, values: dict[str, Any]) -> Any:
    values_or_errors = get_variable_values(SCHEMA, list(operation(text).variable_definitions), values)
    return None if isinstance(values_or_errors, list) else values_or_errors


def read(text: str, values: dict[str, Any]) -> Any:
    try:
        return VariableReader(SCHEMA, operation(text)).read(values)
    except RejectedOperation:
        return None


@given(values=st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUES)))
def test_values_are_coerced_as_by_graphql_core(values: dict[str, Any]) -> None:
    assert read(DECLARED, values) == coerced(DECLARED, values)


@pytest.mark.parametrize(
    "declared", ["$a: String!", "$a: String", "$a: ID!", "$a: Boolean", '$a: String = "b"', "$a: Int"]
)
@pytest.mark.parametrize("values", [{}, {"a": None}, {"a": "x"}, {"a": 1}, {"a": True}, {"a": ["x"]}, {"b": "x"}])
def test_single_value_is_coerced_as_by_graphql_core(declared: str, values: dict[str, Any]) -> None:
    text = f"query ({declared}) {{ __typename }}"
    assert read(text, values) == coerced(text, values)


def test_strings_and_booleans_need_no_coercion(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(binding, "get_variable_values", lambda *_: pytest.fail("coerced by graphql-core"))
    reader = VariableReader(SCHEMA, operation("query ($a: String!, $b: ID, $c: Boolean) { __typename }"))
    assert reader.read({"a": "x", "b": "1", "c": False, "more": 1}) == {"a": "x", "b": "1", "c": False}
    assert VariableReader(SCHEMA, operation("{ __typename }")).read({"a": 1}) == {}
