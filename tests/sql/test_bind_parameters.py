"""Filter values are bind parameters: no SQL text contains one, and caches do not grow with values."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from archive.filters import FILTERSETS, filter_types
from archive.filters.filter_types import SpanFilter
from archive.graphql.schema import ROOTS, schema
from archive.lru import clear_caches
from archive.models import Event
from archive.sql.compiler import Compiler
from archive.sql.query import CompiledQuery
from tests.support.graphql_client import post

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
#: Filter type -> marker values. Other types have vocabularies, which exclude free text.
MARKERS: dict[type[filter_types.ArchiveFilter], tuple[str, ...]] = {
    filter_types.TextFilter: ("o'zqmarker", 'zq"%s%%marker zqx_y', "ЖzqÉmarker", "79134"),
    filter_types.TextsFilter: ("o'zqmarker", "zqmarker;--", "79134", "zqЖ%s"),
    filter_types.RecordFilter: ("zqmarker", "ZQ"),
    filter_types.CountryFilter: ("zqmarker", "ZQ"),
    filter_types.WordsFilter: ("o'zqmarker", 'zq"%s%%marker zqx_y -zqw', "ЖzqÉmarker*", "79134 OR name:zq"),
    filter_types.DateFilter: ("1731-07-23", "1731-07/1732", "../1731-07-23"),
    filter_types.DateTimeFilter: ("1931-07-23T11:12:13Z",),
    SpanFilter: ("P34569D",),
}
TRACES = ("zq", "ZQ", "79134", "34569", "1731", "1732", "1931", "11:12:13", "Ж", "ж")


def cases() -> Iterator[tuple[str, str, str]]:
    for kind, filterset in FILTERSETS.items():
        for name, declared in filterset.base_filters.items():
            yield from ((kind, name, value) for value in MARKERS.get(type(declared), ()))


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[CompiledQuery]:
    """The queries that are compiled during a test, which begins with empty caches."""
    clear_caches()
    compiled: list[CompiledQuery] = []
    original = Compiler.compile

    def spy(self: Compiler, *args: Any, **kwargs: Any) -> CompiledQuery:
        compiled.append(original(self, *args, **kwargs))
        return compiled[-1]

    monkeypatch.setattr(Compiler, "compile", spy)
    return compiled


def test_every_filter_type_with_free_values_has_a_marker() -> None:
    declared = {type(item) for filterset in FILTERSETS.values() for item in filterset.base_filters.values()}
    assert declared - set(MARKERS) == {filter_types.ChoicesFilter, filter_types.BooleanFilter, filter_types.OrderFilter}


@pytest.mark.parametrize("kind", FILTERSETS)
def test_no_filter_value_is_in_the_sql(kind: str, queries: list[CompiledQuery]) -> None:
    client = Client()
    for _, name, value in (case for case in cases() if case[0] == kind):
        client.get(f"/api/v1/{kind}/", {name: value, "fields": "slug", "limit": 499})
        arg = "".join(part.title() if number else part for number, part in enumerate(name.split("_")))
        root = next(
            item for item in schema.graphql_schema.query_type.fields  # type: ignore[union-attr]
            if item.lower() == ROOTS[kind][1].replace("_", "")
        )  # fmt: skip
        literal = json.dumps(value, ensure_ascii=False)
        if FILTERSETS[kind].base_filters[name].many:
            literal = f"[{literal}]"
        post(f"{{ {root}({arg}: {literal}, first: 1) {{ totalCount edges {{ cursor node {{ slug }} }} }} }}")
    assert len(queries) > len(FILTERSETS[kind].base_filters) / 2
    for query in queries:
        assert [trace for trace in TRACES if trace in query.sql] == []


def test_no_search_word_is_in_the_sql(queries: list[CompiledQuery]) -> None:
    for value in MARKERS[filter_types.TextFilter]:
        post("query ($q: String!) { search(q: $q) { __typename } }", variables={"q": value})
        post("query ($q: String!) { searchResults(q: $q) { totalCount kinds { kind } } }", variables={"q": value})
    assert queries
    assert [trace for query in queries for trace in TRACES if trace in query.sql] == []


@pytest.mark.parametrize(
    ("list_", "argument", "texts"),
    [
        ("events", "q", ["quagga", "zebra", "100%"]), ("officials", "name", ["kim", "moon", "abe"]),
        ("statements", "q", ["quagga kim", "zebra moon"]), ("measures", "good", ["2811", "2903", "391"]),
        ("measures", "good", ["28", "29"]),
        ("measures", "good", ["hydrogen", "resist"]), ("statements", "language", ["ko", "en", "ja"]),
        ("bodies", "q", ["japan", "korea"]),
    ],
)  # fmt: skip
def test_texts_with_one_plan_key_share_a_query(
    dossier: None, queries: list[CompiledQuery], list_: str, argument: str, texts: list[str]
) -> None:
    for text in texts:
        Client().get(f"/api/v1/{list_}/", {argument: text, "fields": "slug", "limit": 498})
        post(
            f"query ($t: String!) {{ {list_}({argument}: $t, last: 97) {{ nodes {{ slug }} }} }}"
            if argument in ("q", "name") else
            f"query ($t: String!) {{ {list_}({argument}: [$t], last: 97) {{ nodes {{ slug }} }} }}",
            variables={"t": text},
        )  # fmt: skip
        post("query ($t: String!) { search(q: $t) { __typename } x: __typename }", variables={"t": text})
    # A list of REST without results for q has one more, of names for its suggestion.
    expected = 4 if argument == "q" else 3
    assert len({query.sql for query in queries}) <= expected
    assert len(queries) <= expected


@pytest.mark.parametrize("text", ["a_b", "back\\slash", "o'neill", "ſtraße", "İstanbul", "état"])
def test_wildcards_and_letters_of_all_scripts_are_literal(text: str) -> None:
    Event.objects.create(slug="with", name=f"x {text} y", date="2019", classification="meeting", status="published")
    Event.objects.create(slug="without", name="100 ab backslash", date="2019", classification="meeting",
                         status="published")  # fmt: skip
    for word in {text, text.upper() if len(text.upper()) == len(text) else text}:
        rest = Client().get("/api/v1/events/", {"q": word, "fields": "slug"}).json()["results"]
        assert [row["slug"] for row in rest] == ["with"], (word, connection.vendor)


@pytest.mark.parametrize("text", ["%", "_", "\\", "x%", "1_0", "%ack%"])
def test_wildcards_of_sql_match_no_other_words(text: str) -> None:
    Event.objects.create(slug="e", name="100 backslash", date="2019", classification="meeting", status="published")
    assert Client().get("/api/v1/events/", {"q": text, "fields": "slug"}).json()["results"] == []
