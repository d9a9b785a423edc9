"""Sides differ by pattern, no pattern is that of inexact dates, and every sign has a rule in the style sheet."""

from __future__ import annotations

import re
from itertools import combinations
from xml.etree.ElementTree import Element, fromstring

import pytest

from archive.drawing import drawing_svg
from archive.drawing.layout import SIDES
from tests.drawing.test_layout import drawn, record, timeline
from tests.support import docs_blocks as docs

SVG = "{http://www.w3.org/2000/svg}"


def patterns(lanes: int) -> dict[str, Element]:
    """The patterns of a drawing of so many lanes, by id."""
    items = [[record("2019-08-01", slug=f"event-{number}")] for number in range(lanes)]
    svg = fromstring(drawing_svg(drawn(timeline(*items)), "Timeline"))
    return {str(pattern.get("id")): pattern for pattern in svg.iter(f"{SVG}pattern")}


def shape(pattern: Element) -> str:
    return str(pattern[-1].get("d"))


def test_only_sides_of_the_drawing_have_patterns() -> None:
    assert set(patterns(1)) == {"tl-hatch"}
    assert set(patterns(2)) == {"tl-hatch", "tl-side-2", "tl-point-2"}
    assert len(patterns(SIDES + 1)) == 1 + 2 * (SIDES - 1)


@pytest.mark.parametrize("kind", ["side", "point"])
def test_no_two_sides_have_the_same_pattern_and_none_has_diagonals(kind: str) -> None:
    own = [pattern for name, pattern in patterns(SIDES).items() if name.startswith(f"tl-{kind}")]
    assert all(shape(first) != shape(second) for first, second in combinations(own, 2))
    for pattern in own:
        assert pattern.get("patternTransform") is None
        assert re.fullmatch(r"[Mhvz\d. -]+", shape(pattern))


def test_each_side_has_its_rules_and_a_row_in_the_design() -> None:
    css = docs.read("archive/static/archive/timeline.css")
    for side in range(2, SIDES + 1):
        assert f"url(#tl-side-{side})" in css
        assert f"url(#tl-point-{side})" in css
    rows = docs.table("docs/design.md", "Sides of a timeline")
    assert [row[0] for row in rows] == [str(side) for side in range(1, SIDES + 1)]
    assert len({row[2] for row in rows}) == SIDES
    assert not [row for row in rows if "diagonal" in row[2]]
