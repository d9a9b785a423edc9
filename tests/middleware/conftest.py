"""Fixtures of the middleware tests."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(params=[0, 1_000_000], ids=["computed", "cached"])
def cache_size(request: Any, settings: Any, dossier: None) -> int:
    settings.ANSWER_CACHE_BYTES = request.param
    settings.SECURE_HSTS_SECONDS = 60
    return int(request.param)
