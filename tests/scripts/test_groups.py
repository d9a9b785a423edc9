"""Tests of one group go to one worker, which makes once what they share."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def shared() -> None:
    """What tests of this module share."""


def test_the_tests_that_share_a_fixture_of_their_module_are_a_group(
    shared: None, request: pytest.FixtureRequest
) -> None:
    in_groups = request.config.getoption("loadgroup", default=False)
    assert request.node.nodeid.endswith("@tests/scripts/test_groups.py") == in_groups


@pytest.mark.xdist_group("told")
def test_the_workers_tell_of_a_group(request: pytest.FixtureRequest) -> None:
    """pytest 9.2 with xdist 3.8 loses groups without a word: each worker then makes all that is shared."""
    in_groups = request.config.getoption("loadgroup", default=False)
    assert request.node.nodeid.endswith("@told") == in_groups
