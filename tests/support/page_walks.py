"""Reads all pages of a list over REST, forward and back."""

from __future__ import annotations

from django.test import Client

from tests.support import filter_cases


def walked(kind: str, asked: filter_cases.Asked, client: Client, size: int = 3) -> list[str]:
    """Slugs of all pages; on the way each page is also asked for from the one after it."""
    found: list[str] = []
    before: list[str] = []
    told = client.get(f"/api/v1/{kind}/", {**asked, "limit": size, "fields": "slug"}).json()
    while True:
        slugs = [row["slug"] for row in told["results"]]
        if told["previous"]:
            back = client.get(told["previous"]).json()
            assert [row["slug"] for row in back["results"]] == before, asked
        found += slugs
        before = slugs
        if not told["next"]:
            break
        told = client.get(told["next"]).json()
    return found
