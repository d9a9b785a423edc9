"""A document that breaks a rule is told so, whichever rules were left out because it could not break them."""

from __future__ import annotations

import pytest
from graphql import parse, specified_rules, validate

from archive.graphql.rules import VariableUsagesRule, rules_for
from tests.projection.documents import SCHEMA

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


@pytest.mark.parametrize("text", BROKEN.values(), ids=list(BROKEN))
def test_what_is_wrong_is_found(text: str) -> None:
    document = parse(text)
    wanted = [str(error) for error in validate(SCHEMA, document)]
    assert wanted
    assert [str(error) for error in validate(SCHEMA, document, rules_for(text, document))] == wanted


def test_rules_are_left_out_only_where_nothing_can_break_them() -> None:
    def left_out(text: str) -> int:
        return len(specified_rules) - len(rules_for(text, parse(text)))

    plain = "{ events { totalCount } }"
    assert left_out(plain) > 10
    whole = "query A($a: Boolean!) { ...F @include(if: $a) } fragment F on Query { events { totalCount } }"
    assert left_out(whole) == 0
    assert VariableUsagesRule in rules_for(
        "query ($a: Int)", parse("query ($a: Int) { events(first: $a) { totalCount } }")
    )
    assert 0 < left_out("query A { __typename } query B { __typename }") < left_out(plain)
