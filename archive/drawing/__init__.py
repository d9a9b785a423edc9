"""The drawn timeline: a layout of its JSON on a plane, and the SVG of that layout."""

from __future__ import annotations

from archive.drawing.chain import ChainPart, chain_part, chain_svg
from archive.drawing.drawing import Drawing, Links
from archive.drawing.footer import Footer, footer_height
from archive.drawing.layout import lay_out
from archive.drawing.legend import Sign, legend_of
from archive.drawing.open_dates import without_distant_records
from archive.drawing.overview import Overview, densest_period, lay_out_overview
from archive.drawing.periods import Entry, Phase, Strip, lay_out_periods
from archive.drawing.spans import Days
from archive.drawing.svg import drawing_svg, overview_svg

__all__ = [
    "ChainPart",
    "Days",
    "Drawing",
    "Entry",
    "Footer",
    "Links",
    "Overview",
    "Phase",
    "Sign",
    "Strip",
    "chain_part",
    "chain_svg",
    "densest_period",
    "drawing_svg",
    "footer_height",
    "lay_out",
    "lay_out_overview",
    "lay_out_periods",
    "legend_of",
    "overview_svg",
    "without_distant_records",
]  # fmt: skip
