"""What is suggested for slugs that no record has: whole words first, names in any script, codes of states."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from archive.models import Body, Name, Official

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def records() -> None:
    for slug, name in (("nogales-arce", "Nogales Arce"), ("arce-lucia", "Lucía Arce"), ("parcels-board", "Parcels")):
        Official.objects.create(slug=slug, name=name, status="published")
    Body.objects.create(slug="farce", name="Farce", kind="company", status="published")
    Body.objects.create(slug="norway-bank", name="Bank of Norway", kind="company", status="published")
    hidden = Official.objects.create(slug="arce-hidden", name="Hidden Arce", status="draft")
    shown = Official.objects.get(slug="arce-lucia")
    for official, text in ((shown, "아르세루시아"), (hidden, "숨은사람들")):
        Name.objects.create(official=official, text=text, language="ko", script="Hang", scheme="native")


def suggestion(path: str, params: dict[str, Any] | None = None) -> str:
    return str(Client().get(f"/api/v1/{path}", params).json()["errors"][0].get("suggestion", ""))


@pytest.mark.parametrize(
    ("path", "params", "expected"),
    [
        ("events/", {"participant": "arce"}, "arce-lucia, nogales-arce"),
        ("statements/", {"speaker": "아르세루시아"}, "arce-lucia"),
        ("statements/", {"speaker": "숨은사람들"}, ""),
        ("events/", {"country": "NOR"}, "norway"),
        ("events/", {"country": "norway-bank"}, "norway"),
        ("statements/", {"speaker": "acre-lucia"}, "arce-lucia"),
        ("bodies/NO/", None, "norway"),
        ("bodies/nor/", None, "norway"),
        ("officials/NO/", None, ""),
    ],
)
def test_a_suggestion_is_what_may_be_meant(path: str, params: dict[str, str] | None, expected: str) -> None:
    assert suggestion(path, params) == expected


def test_a_country_is_expected_to_be_a_state() -> None:
    problem = Client().get("/api/v1/measures/", {"country": "norway-bank"}).json()["errors"][0]
    assert problem["expected"] == "the slug of a known state, or a state's ISO 3166 code"
