"""Arguments of lists: their names in errors, orders, empty lists, and the effect of an invalid value."""

from __future__ import annotations

from typing import Any

import pytest

from archive.filters import FILTERSETS
from archive.graphql.schema import ROOTS, schema
from tests.support.graphql_client import data, post

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("mistake", ['topic: ["nope"]', 'date: "yesterday"', "first: 500", 'after: "junk"'])
def test_invalid_argument_of_a_list_makes_only_that_list_null(dossier: None, mistake: str) -> None:
    response = post(f"{{ a: events({mistake}) {{ totalCount }} b: measures(first: 1) {{ nodes {{ slug }} }} }}").json()
    assert response["data"]["a"] is None
    assert len(response["data"]["b"]["nodes"]) == 1
    assert [error["path"] for error in response["errors"]] == [["a"]]


MANY_IDS = ", ".join(['"x"'] * 101)


@pytest.mark.parametrize("root", ['search(q: " ") { __typename }', f"nodes(ids: [{MANY_IDS}]) {{ id }}"])
def test_invalid_argument_of_search_or_nodes_makes_only_that_field_null(dossier: None, root: str) -> None:
    response = post(f"{{ a: {root} b: measures(first: 1) {{ nodes {{ slug }} }} }}").json()
    assert response["data"]["a"] is None
    assert len(response["data"]["b"]["nodes"]) == 1


@pytest.mark.parametrize(
    ("list_", "argument"),
    [
        ('events(dateAfter: "yesterday")', "dateAfter"), ('events(relatedTo: ["nope"])', "relatedTo"),
        ('measures(inForceOn: "2019-13")', "inForceOn"), ('officials(inOfficeOn: "x")', "inOfficeOn"),
        ('statements(inReplyTo: ["nope"])', "inReplyTo"), ('speechActs(openOn: "x")', "openOn"),
        ('events(updatedAfter: "never")', "updatedAfter"),
    ],
)  # fmt: skip
def test_errors_name_the_argument_in_camel_case(dossier: None, list_: str, argument: str) -> None:
    error = post(f"{{ {list_} {{ totalCount }} }}").json()["errors"][0]
    assert error["extensions"]["errors"][0]["field"] == argument
    assert error["message"].startswith(f"{argument}: got ")


@pytest.mark.parametrize("kind", ROOTS)
def test_order_enum_has_the_orders_of_the_filterset(kind: str) -> None:
    enum: Any = schema.graphql_schema.type_map[f"{ROOTS[kind][0]}OrderBy"]
    orders = {name: getattr(member.value, "value", member.value) for name, member in enum.values.items()}
    assert set(orders.values()) == {sign + order for order in FILTERSETS[kind].orders for sign in ("", "-")}
    assert orders["SLUG_DESC"] == "-slug"
    assert orders["UPDATED_AT_ASC"] == "updated_at"


def test_unknown_order_is_refused_with_a_suggestion() -> None:
    message = post("{ events(orderBy: UPDATED_DESC) { totalCount } }").json()["errors"][0]["message"]
    assert "UPDATED_AT_DESC" in message


def test_a_search_of_no_kinds_finds_nothing_and_null_is_all_kinds(dossier: None) -> None:
    fields = "totalCount nodes { __typename }"
    none, every = (f'searchResults(q: "export", kind: {kind}) {{ {fields} }}' for kind in ("[]", "null"))
    content = data(f"{{ none: {none} all: {every} }}")
    assert content["none"] == {"totalCount": 0, "nodes": []}
    assert content["all"]["totalCount"] > 0


@pytest.mark.parametrize("kind", ROOTS)
def test_empty_list_matches_nothing_and_null_is_no_filter(dossier: None, kind: str) -> None:
    fields = schema.graphql_schema.query_type.fields  # type: ignore[union-attr]
    field = next(name for name in fields if name.lower() == ROOTS[kind][1].replace("_", ""))
    lists = [name for name, argument in fields[field].args.items() if str(argument.type).startswith("[")]
    queries = [f"{name}Empty: {field}({name}: []) {{ totalCount nodes {{ slug }} }}" for name in lists]
    queries += [f"{name}Null: {field}({name}: null) {{ totalCount }}" for name in lists]
    for start in range(0, len(queries), 6):
        for key, page in data(f"{{ every: {field} {{ totalCount }} {' '.join(queries[start : start + 6])} }}").items():
            if key.endswith("Empty"):
                assert page == {"totalCount": 0, "nodes": []}, key


@pytest.mark.parametrize(
    ("arguments", "matches"),
    [
        ("topic: []", False), ('topic: [""]', True), ('topic: ["", "export-controls"]', True), ("topic: null", True),
        ("classification: []", False), ('date: ""', True), ('q: ""', True), ('topic: [], date: "2019"', False),
        ("classification: [], orderBy: DATE_DESC, last: 2", False),
    ],
)  # fmt: skip
def test_blank_values(dossier: None, arguments: str, matches: bool) -> None:
    page = data(f"{{ events({arguments}) {{ totalCount nodes {{ slug }} }} }}")["events"]
    assert bool(page["nodes"]) is bool(page["totalCount"]) is matches


def test_empty_list_as_a_variable_and_below_a_record(dossier: None) -> None:
    query = """query ($t: [String!]) { events(topic: $t) { totalCount }
      topic(slug: "export-controls") { events(topic: $t) { totalCount nodes { slug } } } }"""
    assert data(query, t=[]) == {"events": {"totalCount": 0}, "topic": {"events": {"totalCount": 0, "nodes": []}}}
    assert data(query, t=None)["topic"]["events"]["totalCount"] > 0


def test_unknown_slug_has_the_code_not_found(dossier: None) -> None:
    for kind, (_, _, single) in ROOTS.items():
        root = "".join(part.title() if number else part for number, part in enumerate(single.split("_")))
        error = post(f'{{ {root}(slug: "no-such-{kind}") {{ slug }} }}').json()["errors"][0]
        assert error["extensions"]["code"] == "NOT_FOUND"
