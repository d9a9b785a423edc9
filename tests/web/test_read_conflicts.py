"""Pages read while a record that a filter names is published or withdrawn."""

from __future__ import annotations

from unittest import mock

import pytest
from django.test import Client

from archive.sql.query import CompiledQuery

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path",
    [
        "/", "/?topic=export-controls", "/search/?q=export", "/search/?kind=events&topic=export-controls",
        "/speech-acts/", "/timeline/", "/timeline/embed/", "/timeline.svg",
    ],
)  # fmt: skip
def test_a_page_says_that_the_archive_changed(client: Client, dossier: None, path: str) -> None:
    """A query has no result where a filter names no visible record; the check after it finds the record."""
    with mock.patch.object(CompiledQuery, "run", return_value=None):
        response = client.get(path)
    assert response.status_code == 409
    assert "while the list was read. Send the request again." in response.content.decode()
