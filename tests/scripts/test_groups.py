"""Tests of one group go to one worker, which makes once what they share."""

from __future__ import annotations

import pytest


@pytest.mark.xdist_group("told")
def test_the_workers_tell_of_a_group(request: pytest.FixtureRequest) -> None:
    """pytest 9.2 with xdist 3.8 loses groups without a word: each worker then makes all that is shared."""
    in_groups = request.config.getoption("loadgroup", default=False)
    assert request.node.nodeid.endswith("@told") == in_groups
