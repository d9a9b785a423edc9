"""The compiled query and graphql-core execute the same document with equal results."""

from __future__ import annotations

import json
from typing import Any
from unittest.mock import patch

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from graphql import parse, validate
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.graphql import executor, limits
from archive.graphql.errors import RejectedOperation
from archive.graphql.executor import PreparedOperation
from archive.models import Citation, Event, Identifier, Name, Statement
from archive.sql.query import is_too_deep
from archive.sql.sqlite import base64
from tests.reference.graphql_core import execute_document
from tests.support.documents import SCHEMA, documents, ways_back
from tests.support.draft_neighbours import Neighbours
from tests.support.mistakes import mistakes
from tests.support.queries import Question, questions

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

EVENT = "2019-07-04-japan-export-curbs-take-effect"


def by_compiled_query(params: Question, user: Any) -> dict[str, Any]:
    """The product's response to a valid document."""
    parsed = parse(params.document)
    assert not (wrong := validate(SCHEMA, parsed)), (wrong, params)
    try:
        return json.loads(PreparedOperation(SCHEMA, parsed, params.operation).execute(params.variables, user).content)
    except RejectedOperation as error:
        return {"errors": error.entries}


@pytest.fixture
def some_drafts(dossier: None) -> None:
    """Records that the public does not see, among the records of a request."""
    Event.objects.filter(slug__startswith="2019-07").update(status="draft")
    Statement.objects.filter(slug__contains="kim").exclude(slug__contains="probe").update(status="withdrawn")


def agree(document: str | Question, user: Any) -> None:
    query = document if isinstance(document, Question) else Question(document, {}, None)
    if limits.check(parse(query.document), query.variables):
        return
    with CaptureQueriesContext(connection) as ran, patch.object(executor, "is_too_deep", wraps=is_too_deep) as too_deep:
        data = by_compiled_query(query, user)
    if too_deep.called:
        assert connection.vendor == "sqlite", query
        assert data["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"
        return
    expected = execute_document(query.document, query.variables, query.operation, user)
    # Keys come in the order in which the document asks for them, errors in the order of execution.
    assert json.dumps(data) == json.dumps(expected), query
    if "errors" not in expected and not mistakes(query, user):
        assert len(ran.captured_queries) <= 1 or user.is_authenticated, [
            captured_query["sql"] for captured_query in ran.captured_queries
        ]


CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=120, deadline=None, suppress_health_check=CHECKS)
@given(document=documents())
def test_the_public_gets_equal_results_from_both_executors(some_drafts: None, document: str) -> None:
    agree(document, AnonymousUser())


@settings(max_examples=160, deadline=None, suppress_health_check=CHECKS)
@given(question=questions())
def test_variables_fragments_and_merged_fields_change_no_answer(some_drafts: None, question: Question) -> None:
    agree(question, AnonymousUser())


@settings(max_examples=50, deadline=None, suppress_health_check=CHECKS)
@given(document=documents())
def test_editors_get_equal_results_from_both_executors(some_drafts: None, editor: Any, document: str) -> None:
    agree(document, editor)


IDS = ["official:kim", "Official:1", "Event:1", "Event:2", "Body:3", "Statement:4", "Topic:1", "Name:1", "SpeechAct:2",
       "Citation:5", "Event:999999", "Event:-1", "Event:x", "Nothing:1", "Query:1", "Event:1 "]  # fmt: skip
RECORDS = """__typename id ... on Party { slug name } ... on Event { slug topics { name } date { text } }
  ... on Statement { slug speaker { name } } ... on Name { text } ... on Citation { stance source { slug } }"""


@settings(max_examples=40, deadline=None, suppress_health_check=CHECKS)
@given(ids=st.lists(st.sampled_from(IDS), max_size=6), junk=st.text(max_size=6))
def test_nodes_by_id_are_equal_in_both_executors(some_drafts: None, ids: list[str], junk: str) -> None:
    ids = [*(base64(record) for record in ids), junk]
    document = f"query A($ids: [ID!]!, $id: ID!) {{ nodes(ids: $ids) {{ {RECORDS} }} node(id: $id) {{ {RECORDS} }} }}"
    agree(Question(document, {"ids": ids, "id": ids[0]}, None), AnonymousUser())


@pytest.mark.parametrize("before", range(8))
def test_aliases_differ_from_those_of_django(dossier: None, before: int) -> None:
    """Django calls it T3, T4 and so on, by how many tables it has joined."""
    slug = "2019-07-12-kim-you-geun-international-probe"
    others = " ".join(f'a{number}: event(slug: "{EVENT}") {{ slug }}' for number in range(before))
    relation = "slug relations { fromEvent { version } toEvent { summary partOf { slug } } }"
    document = f'{{ {others} event(slug: "{EVENT}") {{ {relation} }} statement(slug: "{slug}") {{ speechActs {{ '
    document += "statement { slug } outcomes { kind answer { slug statement { slug } } speechAct { slug } } } } }"
    agree(Question(document, {}, None), AnonymousUser())


@pytest.fixture
def parts(dossier: None) -> list[list[str]]:
    """Global ids of parts, in a list for each kind of record that they are of; some of the records are drafts."""
    data = Neighbours("published").records
    for kind in ("events", "measures", "officials"):
        type(data[kind]).objects.filter(pk=data[kind].pk).update(status="draft")
    return [
        [base64(f"{part.__name__}:{row.pk}") for row in part.objects.filter(**{f"{key}__isnull": False})]
        for part in (Name, Identifier, Citation) for key in part.subjects
    ]  # fmt: skip


@settings(max_examples=20, deadline=None, suppress_health_check=CHECKS)
@given(document=ways_back(), chance=st.randoms(use_true_random=False), drafts=st.booleans())
def test_back_links_are_equal_in_both_executors(
    parts: list[list[str]], editor: Any, document: str, chance: Any, drafts: bool
) -> None:
    ids = [item for of_kind in parts for item in chance.sample(of_kind, min(2, len(of_kind)))]
    assert [len(of_kind) > 0 for of_kind in parts] == [True] * (2 + 9 + 12)
    agree(Question(document, {"ids": ids}, None), editor if drafts else AnonymousUser())


@pytest.mark.parametrize("words", ["japan", "korea export", "Kim", "nothing-of-the-kind", "%", "_", "100%", "o'clock"])
def test_search_results_are_equal_in_both_executors(some_drafts: None, words: str) -> None:
    document = """query A($q: String!) { found: search(q: $q) { __typename ... on Party { slug name }
      ... on Event { slug date { display } } ... on Statement { slug speaker { name } } ... on Measure { slug } } }"""
    agree(Question(document, {"q": words}, None), AnonymousUser())


@pytest.mark.parametrize("filters", ['topic: ["gsomia"]', 'country: ["KR"], dateAfter: "2019-08"', "topic: []"])
def test_filtered_search_results_are_equal_in_both_executors(some_drafts: None, filters: str) -> None:
    document = f"""{{ found: search(q: "japan OR gsomia", kind: [EVENTS, STATEMENTS], {filters}) {{ __typename
      ... on Event {{ slug }} ... on Statement {{ slug }} }} }}"""
    agree(Question(document, {}, None), AnonymousUser())
