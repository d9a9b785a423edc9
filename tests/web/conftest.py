"""What the tests of pages share."""

from __future__ import annotations

import pytest

from tests.support.world import World


@pytest.fixture
def world(db: None) -> World:
    return World()
