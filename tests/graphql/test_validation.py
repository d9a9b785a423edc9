"""Validation of simple queries in one traversal agrees with graphql-core's rules."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import DocumentNode, parse, validate
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from archive.graphql.validation import is_valid_simple_query
from tests.support.documents import SCHEMA, documents

BROKEN = {
    "a type in a document to run": "{ events { totalCount } } type A { a: Int }",
    "two operations of a name": "query A { events { totalCount } } query A { events { totalCount } }",
    "one without a name among others": "{ events { totalCount } } query A { events { totalCount } }",
    "an unknown type of a fragment": "{ ...A } fragment A on Nothing { slug }",
    "a fragment alone": "fragment A on Event { slug }",
    "an unknown type of a variable": "query ($a: Nothing) { events(place: $a) { totalCount } }",
    "a fragment on a scalar": "{ events { nodes { ... on String { slug } } } }",
    "a variable of an output type": "query ($a: Event) { event(slug: $a) { slug } }",
    "a leaf with fields": "{ events { totalCount { slug } } }",
    "an object without fields": "{ events }",
    "an unknown field": "{ events { total } }",
    "two fragments of a name": "{ ...A } fragment A on Query { __typename } fragment A on Query { __typename }",
    "an unknown fragment": "{ ...A }",
    "an unused fragment": "{ __typename } fragment A on Query { __typename }",
    "a fragment that can't be": "{ event(slug: \"a\") { ... on Statement { slug } } }",
    "a circle": "{ ...A } fragment A on Query { ...A }",
    "two variables of a name": "query ($a: String!, $a: String!) { event(slug: $a) { slug } }",
    "an undefined variable": "{ event(slug: $a) { slug } }",
    "an unused variable": "query ($a: String) { events { totalCount } }",
    "an unknown directive": "{ events @nothing { totalCount } }",
    "a directive twice": "{ events @skip(if: true) @skip(if: true) { totalCount } }",
    "an unknown argument": "{ events(plaace: \"a\") { totalCount } }",
    "an argument twice": "{ event(slug: \"a\", slug: \"b\") { slug } }",
    "a value of another type": "{ events(first: \"a\") { totalCount } }",
    "a missing argument": "{ event { slug } }",
    "a variable where it can't stand": "query ($a: Int) { event(slug: $a) { slug } }",
    "a variable in a list where it can't stand": "query ($a: [Int]) { events(topic: [$a]) { totalCount } }",
    "one that may be null where null can't stand, twice":
        "query ($a: String) { event(slug: $a) { slug } b: event(slug: $a) { slug } }",
    "an undefined variable in a directive": "query ($a: String!) { event(slug: $a) { slug @include(if: $b) } }",
    "one key for two fields": "{ event(slug: \"a\") { a: slug a: name } }",
    "one key for two fields of an inline fragment": "{ event(slug: \"a\") { a: slug ... { a: name } } }",
    "introspection without an end":
        "{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
}  # fmt: skip


PEERS = Path(__file__).resolve().parents[2] / "bench" / "peers" / "ours"
#: Mutations of a document: another name, a value of another type, a missing or additional selection.
_MUTATIONS: list[tuple[str, str]] = [
    (r"\b(slug|name|nodes)\b", "nothing"), (r"\bslug\b", "slug { name }"), (r"first: \d+", 'first: "a"'),
    (r"first: \d+", "first: null"), (r'"([^"]*)"', "1"), (r'"([^"]*)"', "$a"), (r"\(", "(first: 1, "),
    (r"\bnodes \{[^{}]*\}", "nodes"), (r"\bname\b", "slug: name"), (r"\[", "[1, "), (r"\[[^\]]*\]", "{a: 1}"),
]  # fmt: skip


def _valid(document: DocumentNode) -> bool:
    return not validate(SCHEMA, document)


@pytest.mark.parametrize("text", BROKEN.values(), ids=list(BROKEN))
def test_invalid_documents_are_not_valid_simple_queries(text: str) -> None:
    assert not is_valid_simple_query(SCHEMA, parse(text))


@hypothesis_settings(max_examples=150)
@given(text=documents(), mutation=st.sampled_from(_MUTATIONS), index=st.integers(0, 9))
def test_valid_simple_queries_are_valid_by_all_rules(text: str, mutation: tuple[str, str], index: int) -> None:
    matches = list(re.finditer(mutation[0], text))
    if matches:
        match = matches[index % len(matches)]
        text = text[: match.start()] + mutation[1] + text[match.end() :]
    for head in ("", "query ($a: String) ", "query ($a: String!) ", "query ($a: Int, $b: Int = 1) "):
        try:
            document = parse(head + text)
        except Exception:
            continue
        assert not is_valid_simple_query(SCHEMA, document) or _valid(document), head + text


@pytest.mark.parametrize("path", sorted(PEERS.glob("*.graphql")), ids=lambda path: path.stem)
def test_benchmark_queries_are_valid_simple_queries(path: Path) -> None:
    document = parse(path.read_text())
    assert is_valid_simple_query(SCHEMA, document)
    assert _valid(document)


@pytest.mark.parametrize(
    "text",
    [
        "query ($a: [String!]!) { events(topic: $a) { totalCount } }",
        "query ($a: String!) { events(topic: [$a, \"b\"], first: 1) { nodes { a: slug b: slug __typename } } }",
        "{ a: events { totalCount } b: events(first: null, q: \"a\") { totalCount } }",
    ],
)  # fmt: skip
def test_arguments_and_aliases_in_simple_queries(text: str) -> None:
    assert is_valid_simple_query(SCHEMA, parse(text))
    assert _valid(parse(text))
