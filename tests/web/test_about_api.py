"""The guide to the API: each of its examples is a link that runs, in an archive with records and without."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings
from graphql import parse, print_ast

from archive.models import Event

pytestmark = pytest.mark.django_db


def examples(client: Client) -> list[str]:
    page = client.get("/about/api/").content.decode()
    main = page.partition("<main")[2].partition("</main>")[0]
    return [unescape(href) for href in re.findall(r'<a href="([^"]*)"', main)]


def _assert_all_run(client: Client, least: int) -> list[Any]:
    links = examples(client)
    assert len(links) >= least
    responses = [client.get(link, headers={"Accept": "text/html, */*;q=0.8"}) for link in links]
    assert [link for link, response in zip(links, responses, strict=True) if response.status_code != 200] == []
    return responses


@pytest.mark.usefixtures("dossier")
def test_every_example_runs(client: Client) -> None:
    responses = _assert_all_run(client, 25)
    for response in responses:
        if not response.streaming and response.content.startswith(b'{"data"'):
            assert "errors" not in response.json()
    assert Event.objects.order_by("-date_sort", "slug").filter(status="published")[0].slug in "".join(examples(client))


def test_every_example_runs_in_an_archive_without_records(client: Client) -> None:
    _assert_all_run(client, 20)


@pytest.mark.usefixtures("dossier")
def test_the_lists_of_the_examples_find_something(client: Client) -> None:
    lists = [link for link in examples(client) if "/api/v1/" in link and "?" in link and "format=" not in link]
    found = {link: client.get(link).json() for link in lists}
    assert [link for link, body in found.items() if not body.get("results", body.get("counts", True))] == []


def test_drafts_are_no_example(client: Client) -> None:
    Event.objects.create(slug="a-draft", name="X", classification="meeting", date="2030")
    assert "a-draft" not in "".join(examples(client))


def test_graphiql_opens_queries_with_a_field_on_each_line(client: Client) -> None:
    links = [link for link in examples(client) if "#query=" in link]
    assert links
    for link in links:
        query = parse_qs(urlsplit(link).fragment)["query"][0]
        assert query == print_ast(parse(query))
        assert query.count("\n") > 3


def test_where_only_registered_documents_run_there_is_no_query(client: Client) -> None:
    with override_settings(PERSISTED_DOCUMENTS={}):
        assert [link for link in examples(client) if link.startswith("/graphql/?") or "#query" in link] == []


def test_the_page_of_the_rest_description_says_without_javascript_where_it_is(client: Client) -> None:
    page = client.get("/api/v1/docs/").content.decode()
    [address] = re.findall(r'<noscript>.*?<a href="([^"]+)"', page)
    assert client.get(address).status_code == 200
