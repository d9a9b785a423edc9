"""Constants that are inlined in SQL, and those that stay parameters."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models import TextChoices
from django.test import Client

from archive.bind_parameters import text_param
from archive.choices import EventClassification
from archive.filters import FILTERSETS
from archive.models import Event
from archive.sql import query_tree
from archive.sql.compiler import Compiler
from archive.sql.query import CompiledQuery

pytestmark = pytest.mark.django_db


def compiled(**params: Any) -> CompiledQuery:
    user = AnonymousUser()
    rows = Event.objects.visible_to(user).filter(**params)
    node = query_tree.Object((("slug", query_tree.Column("slug")),))
    order = FILTERSETS["events"].parse_order("")
    return Compiler(user).compile(query_tree.Page("events", rows, order, 2, (("results", node),)))


def test_vocabulary_values_are_inlined(dossier: None) -> None:
    statement = compiled(classification=EventClassification.ANNOUNCEMENT, slug=text_param("slug"))
    assert "'published'" in statement.sql
    assert "'announcement'" in statement.sql
    assert [type(param).__name__ for param in statement.params] == ["Parameter"]
    assert statement.run({"slug": "2019-07-01-meti-announces-stricter-licensing"}) is not None


def test_other_texts_are_quoted_by_the_driver(dossier: None) -> None:
    statement = compiled(name="Japan's")
    if connection.vendor == "sqlite":
        assert statement.params == ("Japan's",)
    else:
        assert "'Japan''s'" in statement.sql


@pytest.mark.parametrize("text", ["50 % of it", "50 %s of it", "Japan's", "a \\ b", "?"])
def test_inlined_texts_match_literally(text: str, dossier: None) -> None:
    Event.objects.filter(slug=(slug := Event.objects.earliest("pk").slug)).update(name=text, status="published")
    assert compiled(name=text).run({}) == f'{{"results":[{{"slug":"{slug}"}}]}}'.encode()


@pytest.mark.sqlite  # by the authorizer of SQLite.
@pytest.mark.parametrize(
    "filters", ["date=1950/2019", "date=2019-07&order_by=-date", "q=export&date_before=2019-07-04"]
)
def test_sqlite_compiles_a_list_once(client: Client, dossier: None, filters: str) -> None:
    """A bound number that the condition of a partial index has would make SQLite compile the statement each time."""
    compilations: list[str] = []

    def authorize(action: int, table: str | None, *args: Any) -> int:
        compilations.append(table or "")
        return sqlite3.SQLITE_OK

    connection.connection.set_authorizer(authorize)
    for number in range(3):
        compilations.clear()
        client.get(f"/api/v1/statements/?{filters}&limit={number // 2 + 3}")
        assert ("archive_statement" in compilations) == (number != 1)
    connection.connection.set_authorizer(None)


class Odd(TextChoices):
    WORD = "5%s' 100% \\ ?"


def test_vocabulary_values_with_special_characters_are_quoted(dossier: None) -> None:
    Event.objects.filter(slug=(slug := Event.objects.earliest("pk").slug)).update(name=Odd.WORD.value)
    statement = compiled(name=Odd.WORD)
    assert statement.params == ()
    assert statement.run({}) == f'{{"results":[{{"slug":"{slug}"}}]}}'.encode()


def test_the_result_column_has_a_short_name(dossier: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(compiled().sql, [])
        assert [column[0] for column in cursor.description] == ["answer"]
