"""The lines of arrows: whole, but for drawings that have many."""

from __future__ import annotations

import re

import pytest

from archive.drawing.svg import MAX_WHOLE_ARROWS, drawing_svg
from tests.drawing.test_layout import drawn, record, timeline


def arrows_svg(count: int) -> str:
    """The drawing of ``count`` events that each answer the one before, and a first."""
    records = [record(f"{1900 + number}-01-01", slug=f"event-{number}") for number in range(count + 1)]
    relations = [
        {"from": f"event-{number + 1}", "to": f"event-{number}", "kind": "responds_to"} for number in range(count)
    ]
    return drawing_svg(drawn(timeline(records, relations=relations)), "Drawing")


@pytest.mark.parametrize(("count", "name"), [(MAX_WHOLE_ARROWS, "arrows"), (MAX_WHOLE_ARROWS + 1, "arrows many")])
def test_only_of_many_arrows_are_the_ends_shown(count: int, name: str) -> None:
    svg = arrows_svg(count)
    assert re.findall(r'class="(arrows[^"]*)"', svg) == [name]
    assert svg.count('class="arrow responds_to"') == count
    assert svg.count('pathLength="100"') == (count if name == "arrows many" else 0)
