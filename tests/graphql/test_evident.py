"""What is taken for valid at sight is valid by the specification's rules; and what front ends ask is seen at sight."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from graphql import DocumentNode, parse, validate
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from archive.graphql.evident import is_evidently_valid
from tests.graphql.test_rules import BROKEN
from tests.projection.documents import SCHEMA, documents

PEERS = Path(__file__).resolve().parents[2] / "bench" / "peers" / "ours"
#: What makes another document of one: a name changed, a value of another kind, a brace too much or too few.
_CHANGES: list[tuple[str, str]] = [
    (r"\b(slug|name|nodes)\b", "nothing"), (r"\bslug\b", "slug { name }"), (r"first: \d+", 'first: "a"'),
    (r"first: \d+", "first: null"), (r'"([^"]*)"', "1"), (r'"([^"]*)"', "$a"), (r"\(", "(first: 1, "),
    (r"\bnodes \{[^{}]*\}", "nodes"), (r"\bname\b", "slug: name"), (r"\[", "[1, "), (r"\[[^\]]*\]", "{a: 1}"),
]  # fmt: skip


def _valid(document: DocumentNode) -> bool:
    return not validate(SCHEMA, document)


@pytest.mark.parametrize("text", BROKEN.values(), ids=list(BROKEN))
def test_what_breaks_a_rule_is_never_taken_for_valid(text: str) -> None:
    assert not is_evidently_valid(SCHEMA, parse(text))


@hypothesis_settings(max_examples=150)
@given(text=documents(), change=st.sampled_from(_CHANGES), of=st.integers(0, 9))
def test_what_is_taken_for_valid_is_valid(text: str, change: tuple[str, str], of: int) -> None:
    found = list(re.finditer(change[0], text))
    if found:
        chosen = found[of % len(found)]
        text = text[: chosen.start()] + change[1] + text[chosen.end() :]
    for head in ("", "query ($a: String) ", "query ($a: String!) ", "query ($a: Int, $b: Int = 1) "):
        try:
            document = parse(head + text)
        except Exception:
            continue
        assert not is_evidently_valid(SCHEMA, document) or _valid(document), head + text


@pytest.mark.parametrize("path", sorted(PEERS.glob("*.graphql")), ids=lambda path: path.stem)
def test_the_standard_questions_are_seen_at_sight(path: Path) -> None:
    document = parse(path.read_text())
    assert is_evidently_valid(SCHEMA, document)
    assert _valid(document)


@pytest.mark.parametrize(
    "text",
    [
        "query ($a: [String!]!) { events(topic: $a) { totalCount } }",
        "query ($a: String!) { events(topic: [$a, \"b\"], first: 1) { nodes { a: slug b: slug __typename } } }",
        "{ a: events { totalCount } b: events(first: null, q: \"a\") { totalCount } }",
    ],
)  # fmt: skip
def test_arguments_and_aliases_are_seen_through(text: str) -> None:
    assert is_evidently_valid(SCHEMA, parse(text))
    assert _valid(parse(text))
