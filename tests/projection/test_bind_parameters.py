"""Values of filters reach the database as bind parameters: no SQL text holds one, and no cache grows by them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from archive.filters import FILTERSETS, kinds
from archive.graphql.schema import ROOTS, schema
from archive.models import Event
from archive.projection.compiler import Compiler
from archive.projection.statement import Statement
from tests.support.graphql_client import post

pytestmark = [pytest.mark.slow, pytest.mark.django_db]
#: Marker values by kind of filter. What is left out has a vocabulary of its own: no reader's text gets through.
MARKERS: dict[type[kinds.ArchiveFilter], tuple[str, ...]] = {
    kinds.TextFilter: ("o'zqmarker", 'zq"%s%%marker zqx_y', "ЖzqÉmarker", "79134"),
    kinds.TextsFilter: ("o'zqmarker", "zqmarker;--", "79134", "zqЖ%s"),
    kinds.SlugsFilter: ("zqmarker", "ZQ"),
    kinds.StatesFilter: ("zqmarker", "ZQ"),
    kinds.DateFilter: ("1731-07-23", "1731-07/1732", "../1731-07-23"),
    kinds.MomentFilter: ("1931-07-23T11:12:13Z",),
}
TRACES = ("zq", "ZQ", "79134", "1731", "1732", "1931", "11:12:13", "Ж", "ж")


def cases() -> Iterator[tuple[str, str, str]]:
    for kind, filterset in FILTERSETS.items():
        for name, declared in filterset.base_filters.items():
            yield from ((kind, name, value) for value in MARKERS.get(type(declared), ()))


@pytest.fixture
def statements(monkeypatch: pytest.MonkeyPatch) -> list[Statement]:
    """The statements that are compiled during a test."""
    compiled: list[Statement] = []
    compile_statement = Compiler.statement

    def spy(self: Compiler, *args: Any, **kwargs: Any) -> Statement:
        compiled.append(compile_statement(self, *args, **kwargs))
        return compiled[-1]

    monkeypatch.setattr(Compiler, "statement", spy)
    return compiled


def test_every_kind_of_filter_with_free_values_has_a_marker() -> None:
    declared = {type(one) for filterset in FILTERSETS.values() for one in filterset.base_filters.values()}
    assert declared - set(MARKERS) == {kinds.WordsFilter, kinds.ClaimFilter, kinds.OrderFilter}


@pytest.mark.parametrize("kind", FILTERSETS)
def test_no_value_of_a_filter_stands_in_the_text_of_a_statement(kind: str, statements: list[Statement]) -> None:
    client = Client()
    for _, name, value in (case for case in cases() if case[0] == kind):
        client.get(f"/api/v1/{kind}/", {name: value, "fields": "slug", "limit": 499})
        arg = "".join(part.title() if number else part for number, part in enumerate(name.split("_")))
        root = next(
            one for one in schema.graphql_schema.query_type.fields  # type: ignore[union-attr]
            if one.lower() == ROOTS[kind][1].replace("_", "")
        )  # fmt: skip
        literal = json.dumps(value, ensure_ascii=False)
        if FILTERSETS[kind].base_filters[name].many:
            literal = f"[{literal}]"
        post(f"{{ {root}({arg}: {literal}, first: 1) {{ totalCount edges {{ cursor node {{ slug }} }} }} }}")
    assert len(statements) > len(FILTERSETS[kind].base_filters) / 2
    for statement in statements:
        assert [trace for trace in TRACES if trace in statement.sql] == []


def test_no_word_of_a_search_stands_in_the_text_of_a_statement(statements: list[Statement]) -> None:
    for value in MARKERS[kinds.TextFilter]:
        post("query ($q: String!) { search(q: $q) { __typename } }", variables={"q": value})
    assert statements
    assert [trace for statement in statements for trace in TRACES if trace in statement.sql] == []


@pytest.mark.parametrize(
    ("list_", "argument", "texts"),
    [
        ("events", "q", ["quagga", "zebra", "100%"]), ("officials", "name", ["kim", "moon", "abe"]),
        ("statements", "q", ["quagga kim", "zebra moon"]), ("measures", "good", ["2811", "28", "29"]),
        ("measures", "good", ["hydrogen", "resist"]), ("statements", "language", ["ko", "en", "ja"]),
        ("bodies", "q", ["japan", "korea"]),
    ],
)  # fmt: skip
def test_texts_of_one_shape_share_a_statement(
    dossier: None, statements: list[Statement], list_: str, argument: str, texts: list[str]
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
    assert len({statement.sql for statement in statements}) <= 3
    assert len(statements) <= 3


@pytest.mark.parametrize(
    "text", ["100%", "a_b", "back\\slash", "o'neill", "%", "_", "\\", "ſtraße", "İstanbul", "état"]
)
def test_wildcards_and_letters_of_all_scripts_stand_for_themselves(text: str) -> None:
    Event.objects.create(slug="with", name=f"x {text} y", date="2019", classification="meeting", status="published")
    Event.objects.create(slug="without", name="100 ab backslash", date="2019", classification="meeting",
                         status="published")  # fmt: skip
    for word in {text, text.upper() if len(text.upper()) == len(text) else text}:
        rest = Client().get("/api/v1/events/", {"q": word, "fields": "slug"}).json()["results"]
        assert [row["slug"] for row in rest] == ["with"], (word, connection.vendor)
