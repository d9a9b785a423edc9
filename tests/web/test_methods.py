"""Pages are read, and refuse other methods."""

from __future__ import annotations

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]


@pytest.mark.parametrize("path", ["/", "/timeline/", "/search/", "/events/nothing/", "/timeline.svg", "/sitemap.xml"])
@pytest.mark.parametrize("method", ["TRACE", "PUT", "POST", "PATCH", "DELETE", "NONSENSE"])
def test_pages_refuse_methods_other_than_reads(path: str, method: str) -> None:
    response = Client(enforce_csrf_checks=True).generic(method, path)
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response.content == b""


def test_options_of_a_page_lists_its_methods() -> None:
    response = Client().options("/")
    assert (response.status_code, response["Allow"], response.content) == (200, "GET, HEAD, OPTIONS", b"")
