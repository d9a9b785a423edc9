"""The drawn timeline: a layout of its JSON on a plane, and the SVG of that layout."""

from __future__ import annotations

from archive.drawing.chain import ChainPart, chain_part, chain_svg
from archive.drawing.drawing import Drawing, Links
from archive.drawing.layout import lay_out
from archive.drawing.overview import Overview, densest_period, lay_out_overview
from archive.drawing.periods import Entry, Phase, Strip, lay_out_periods
from archive.drawing.spans import Days
from archive.drawing.svg import drawing_svg, overview_svg

__all__ = [
    "ChainPart", "Days", "Drawing", "Entry", "Links", "Overview", "Phase", "Strip", "chain_part", "chain_svg",
    "densest_period", "drawing_svg", "lay_out", "lay_out_overview", "lay_out_periods", "overview_svg",
]  # fmt: skip
