"""An editor and an administrator at the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def editing(editor: Any) -> Client:
    client = Client()
    client.force_login(editor)
    return client


@pytest.fixture
def reading(administrator: Any) -> Client:
    client = Client()
    client.force_login(administrator)
    return client
