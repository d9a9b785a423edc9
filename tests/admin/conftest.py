"""An editor at the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client


@pytest.fixture
def editing(client: Client, editor: Any) -> Client:
    client.force_login(editor)
    return client


@pytest.fixture
def contributing(contributor: Any) -> Client:
    other = Client()
    other.force_login(contributor)
    return other
