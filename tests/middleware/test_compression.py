"""Compression of responses, and its exceptions that keep secrets out of their length."""

from __future__ import annotations

import gzip
import json
from typing import Any

import brotli
import pytest
from django.http import StreamingHttpResponse
from django.test import Client, RequestFactory

from archive.middleware.response_headers import CompressionMiddleware

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


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("gzip;q=0", ""), ("br;q=0,gzip;q=0", ""), ("GZIP ; Q=0.000", ""), ("gzip;q=0, identity", ""),
        ("gzip;q=nonsense", ""), ("*;q=0", ""), ("", ""), ("gzip;q=0.001", "gzip"), ("x-gzip", "gzip"),
        ("br;q=0.1, gzip;q=0.9", "gzip"), ("gzip;q=0.5, br;q=0.5", "br"), ("br;q=1.000,gzip;q=0", "br"),
    ],
)  # fmt: skip
def test_weights_choose_the_coding_and_0_excludes_it(accepted: str, coding: str) -> None:
    response = post(accepted)
    assert response.get("Content-Encoding", "") == coding
    assert "Accept-Encoding" in response["Vary"]


@pytest.mark.parametrize(("accepted", "coding"), [("gzip;q=0", ""), ("br", ""), ("br;q=0.5, gzip;q=0.1", "gzip")])
def test_streamed_responses_are_compressed_only_with_an_acceptable_coding(accepted: str, coding: str) -> None:
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepted})
    response = StreamingHttpResponse(iter([b"x" * 1000]), content_type="text/csv")
    middleware = CompressionMiddleware(lambda request: response)  # type: ignore[arg-type]
    assert middleware(request).get("Content-Encoding", "") == coding
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
