"""Records on a topic or its descendants are equal in filters, lists, counts and pages."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from graphql import parse

from archive.graphql.executor import PreparedOperation
from tests.reference.graphql_core import execute_document
from tests.support import filter_records as r
from tests.support.documents import SCHEMA
from tests.support.graphql_client import data

pytestmark = pytest.mark.django_db

KINDS = ("events", "statements", "measures")


@pytest.fixture
def tree(db: None) -> None:
    """trade > curbs > materials, and trade > hidden (a draft) > below-hidden, with a record of each kind on each."""
    trade = r.topic("trade")
    curbs = r.topic("curbs", trade)
    materials = r.topic("materials", curbs)
    hidden = r.topic("hidden", trade, status="draft")
    below = r.topic("below-hidden", hidden)
    house, other = r.body("house"), r.topic("other")
    filed = {
        "on-trade": [trade], "on-curbs": [curbs], "on-both": [trade, materials, other], "on-materials": [materials],
        "on-hidden": [hidden], "on-below-hidden": [below], "on-other": [other], "draft": [curbs],
    }  # fmt: skip
    for slug, topics in filed.items():
        more = {"topics": topics, "status": "draft" if slug == "draft" else "published"}
        r.event(f"e-{slug}", **more)
        r.statement(f"s-{slug}", body=house, **more)
        r.measure(f"m-{slug}", "2019/..", **more)


def _expected(topic: str) -> list[str]:
    public = {
        "trade": ["on-both", "on-curbs", "on-materials", "on-trade"], "curbs": ["on-both", "on-curbs", "on-materials"],
        "materials": ["on-both", "on-materials"], "below-hidden": ["on-below-hidden"], "other": ["on-both", "on-other"],
    }  # fmt: skip
    return public[topic]


def _lists(topic: str, arguments: str = "") -> str:
    each = " ".join(f"{kind}{arguments} {{ totalCount nodes {{ slug }} }}" for kind in KINDS)
    return f'{{ topic(slug: "{topic}") {{ {each} }} }}'


TOPICS = ("trade", "curbs", "materials", "below-hidden", "other")


@pytest.mark.parametrize("topic", TOPICS)
def test_lists_of_a_topic_equal_the_filter(tree: None, topic: str) -> None:
    lists = data(_lists(topic))["topic"]
    page = Client().get(f"/topics/{topic}/").content.decode()
    for kind in KINDS:
        expected = [f"{kind[0]}-{slug}" for slug in _expected(topic)]
        assert [node["slug"] for node in lists[kind]["nodes"]] == expected == r.matching_slugs(kind, topic=topic), kind
        assert lists[kind]["totalCount"] == len(expected), kind
        counted = data(f'{{ {kind}(topic: ["{topic}"]) {{ totalCount }} }}')[kind]["totalCount"]
        rest = Client().get(f"/api/v1/{kind}/?topic={topic}&count=true&fields=slug").json()
        assert (counted, rest["count"], [row["slug"] for row in rest["results"]]) == (*[len(expected)] * 2, expected)
        listed = re.findall(rf'href="/{kind}/([^/"]+)/"', page)
        assert sorted(set(listed)) == expected, kind  # the drawn timeline links to some of them too


def test_both_executors_agree_on_descendant_topics(tree: None, anonymous: Any, editor: Any) -> None:
    inner = "events(first: 2) { totalCount pageInfo { hasNextPage } edges { cursor node { slug } } }"
    below = f"children(first: 3) {{ nodes {{ {inner} }} }}"
    document = f"{{ topics(first: 9) {{ nodes {{ slug {inner} {below} }} }} }}"
    for user in (anonymous, editor):
        prepared = PreparedOperation(SCHEMA, parse(document), None)
        assert json.loads(prepared.execute({}, user).content) == execute_document(document, {}, None, user)


def test_lists_of_a_topic_have_cursors_and_filters(tree: None) -> None:
    first = data('{ topic(slug: "trade") { events(first: 3) { edges { cursor node { slug } } } } }')
    edges = first["topic"]["events"]["edges"]
    rest = data(
        f'{{ topic(slug: "trade") {{ events(after: "{edges[-1]["cursor"]}") {{ totalCount nodes {{ slug }} }} }} }}'
    )
    seen = [edge["node"]["slug"] for edge in edges] + [node["slug"] for node in rest["topic"]["events"]["nodes"]]
    assert seen == ["e-on-both", "e-on-curbs", "e-on-materials", "e-on-trade"]
    both = data('{ topic(slug: "trade") { events(topic: ["other"]) { totalCount nodes { slug } } } }')["topic"][
        "events"
    ]
    assert both == {"totalCount": 1, "nodes": [{"slug": "e-on-both"}]}


def test_users_who_see_drafts_see_records_below_draft_topics(tree: None, editor: Any) -> None:
    client = Client()
    client.force_login(editor)
    slugs = [node["slug"] for node in data(_lists("trade"), client)["topic"]["events"]["nodes"]]
    assert {"e-on-hidden", "e-on-below-hidden", "e-draft"} < {*slugs}
    assert len(slugs) == len({*slugs}) == 7
