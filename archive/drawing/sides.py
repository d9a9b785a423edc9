"""The patterns that tell sides apart without colours. None has diagonal lines: these mean a date that is not exact."""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement

from archive.drawing.elements import number

#: Side -> the rectangles (x, y, width, height) of its pattern on a tile of 6 pixels; side 1 is plain.
_TILE = 6
_PATTERNS: dict[int, tuple[tuple[float, float, float, float], ...]] = {
    2: ((0, 2, 6, 2),),
    3: ((1, 1, 2, 2), (4, 4, 2, 2)),
    4: ((2, 0, 2, 6),),
    5: ((0, 2.25, 6, 1.5), (2.25, 0, 1.5, 6)),
    6: ((0, 0, 3, 3), (3, 3, 3, 3)),
}
#: Side -> what is cut out of a point, in parts of its size.
_POINTS: dict[int, tuple[tuple[float, float, float, float], ...]] = {
    2: ((0, 0.39, 1, 0.22),),
    3: ((0.34, 0.34, 0.32, 0.32),),
    4: ((0.39, 0, 0.22, 1),),
    5: ((0, 0.41, 1, 0.18), (0.41, 0, 0.18, 1)),
    6: ((0.5, 0, 0.5, 0.5), (0, 0.5, 0.5, 0.5)),
}


def add_side_patterns(definitions: Element, sides: Iterable[int]) -> None:
    """The patterns ``tl-side-<n>`` of bars and ``tl-point-<n>`` of points, for the sides that have one."""
    for side in sorted(set(sides) & _PATTERNS.keys()):
        bars = {"width": str(_TILE), "height": str(_TILE), "patternUnits": "userSpaceOnUse"}
        points = {"width": "1", "height": "1", "patternContentUnits": "objectBoundingBox"}
        _add(definitions, f"tl-side-{side}", side, bars, "tint", _TILE, _PATTERNS[side])
        _add(definitions, f"tl-point-{side}", side, points, "solid", 1, _POINTS[side])


def _add(
    definitions: Element,
    name: str,
    side: int,
    attributes: dict[str, str],
    ground: str,
    size: float,
    shapes: Iterable[tuple[float, float, float, float]],
) -> None:
    pattern = SubElement(definitions, "pattern", {"id": name, "class": f"side-{side}", **attributes})
    SubElement(pattern, "rect", {"class": ground, "width": number(size), "height": number(size)})
    path = "".join(f"M{x:g} {y:g}h{width:g}v{height:g}h-{width:g}z" for x, y, width, height in shapes)
    SubElement(pattern, "path", {"class": "ink" if ground == "tint" else "cut", "d": path})
