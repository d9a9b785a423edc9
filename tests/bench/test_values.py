"""Preparation of the database that the compared servers share."""

from __future__ import annotations

import pytest

from archive.models import Event, Topic
from bench.values import publish_records

pytestmark = pytest.mark.django_db


def test_publish_records_leaves_no_draft() -> None:
    Topic.objects.create(slug="draft", name="Draft")
    publish_records()
    assert {Topic.objects.get(slug="draft").status, *Event.objects.values_list("status", flat=True)} == {"published"}
