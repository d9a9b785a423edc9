"""REST and GraphQL write a time in the same way: in UTC, with Z."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from archive.moments import utc_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("dossier")]

TIME = re.compile(r"\d{4}-\d\d-\d\dT[^\"<\s,]*")
SLUG = "2019-07-04-japan-export-curbs-take-effect"
GRAPHQL = [
    "{events(first: 3) {nodes {createdAt updatedAt}}}",
    f'{{event(slug: "{SLUG}", asOf: "NOW") {{createdAt}}}}',
]
PATHS = [
    "/api/v1/events/?limit=3", f"/api/v1/events/{SLUG}/", f"/api/v1/events/{SLUG}/history/",
    f"/api/v1/events/{SLUG}/?as_of=NOW", "/api/v1/events/?format=csv", "/api/v1/events/?format=jsonl",
    f"/api/v1/events/{SLUG}/?format=jsonld", "/oai?verb=ListIdentifiers&metadataPrefix=oai_dc",
    *(f"/graphql/?query={query}" for query in GRAPHQL),
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_times_end_with_z(path: str) -> None:
    response = Client().get(path.replace("NOW", utc_text(timezone.now().replace(microsecond=0))))
    assert response.status_code == 200, b"".join(response)
    times = TIME.findall(b"".join(response).decode())
    assert times
    assert [time for time in times if not re.fullmatch(r"[-0-9]{10}T\d\d:\d\d:\d\d(\.\d+)?Z", time)] == []
