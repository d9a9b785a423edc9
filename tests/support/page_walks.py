"""Reads all pages of a list over REST, forward and back."""

from __future__ import annotations

from django.test import Client

from tests.support import filter_cases


def walked(kind: str, params: filter_cases.FilterCase, client: Client, size: int = 3) -> list[str]:
    """Slugs of all pages; each page is also requested backwards from the next one."""
    result: list[str] = []
    before: list[str] = []
    data = client.get(f"/api/v1/{kind}/", {**params, "limit": size, "fields": "slug"}).json()
    while True:
        slugs = [row["slug"] for row in data["results"]]
        if data["previous"]:
            back = client.get(data["previous"]).json()
            assert [row["slug"] for row in back["results"]] == before, params
        result += slugs
        before = slugs
        if not data["next"]:
            break
        data = client.get(data["next"]).json()
    return result
