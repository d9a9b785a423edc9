"""Compression of responses, and its exceptions that keep secrets out of their length."""

from __future__ import annotations

import gzip
import json
from typing import Any

import brotli
import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
QUERY = {"query": "{ __schema { types { name description } } }"}


def post(encoding: str, client: Client | None = None, address: str = "/graphql/", **kwargs: Any) -> Any:
    return (client or Client()).get(address, kwargs or QUERY, headers={"Accept-Encoding": encoding})


def test_brotli_is_preferred_and_gzip_understood() -> None:
    plain = post("identity")
    assert "Content-Encoding" not in plain
    for taken, coding, unpack in (
        ("gzip, deflate, br, zstd", "br", brotli.decompress), ("gzip", "gzip", gzip.decompress),
        ("br;q=0, gzip", "gzip", gzip.decompress), ("BR", "br", brotli.decompress),
    ):  # fmt: skip
        response = post(taken)
        assert response["Content-Encoding"] == coding
        assert unpack(response.content) == plain.content
        assert int(response["Content-Length"]) == len(response.content) < len(plain.content) / 2
        assert "Accept-Encoding" in response["Vary"]


def test_a_compressed_answer_has_a_weak_tag_that_still_serves() -> None:
    response = post("br")
    assert response["ETag"] == f"W/{post('identity')['ETag']}"
    again = Client().get("/graphql/", QUERY, headers={"Accept-Encoding": "br", "If-None-Match": response["ETag"]})
    assert again.status_code == 304


def test_short_responses_and_responses_with_a_session_are_not_compressed(editor: Any) -> None:
    assert "Content-Encoding" not in post("br", query="{ __typename }")
    client = Client()
    client.force_login(editor)
    assert "Content-Encoding" not in post("br", client)
    assert "Content-Encoding" not in post("gzip", client, "/admin/")


def test_rest_and_pages_are_compressed_too(dossier: None) -> None:
    rest = post("br", address="/api/v1/bodies/", limit=100)
    assert len(json.loads(brotli.decompress(rest.content))["results"]) == 100
    assert post("gzip", address="/", x="1")["Content-Encoding"] == "gzip"


def test_images_are_left_alone() -> None:
    assert "Content-Encoding" not in post("br", address="/static/archive/icon.svg", x="1")
