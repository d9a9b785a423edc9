"""SVG elements of the drawings: shapes with a class, texts on a line, and heads of arrows."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

from archive.drawing.drawing import Label
from archive.drawing.spans import RADIUS

#: The colour of lines for a reader without the style sheet, which has the colours of all others.
PLAIN_STROKE = "gray"


def svg_root(name: str, width: float, height: float, label: str) -> Element:
    """The element of a drawing: its class, its size in pixels and its name for screen readers."""
    return Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg", "class": name, "viewBox": f"0 0 {number(width)} {number(height)}",
            "width": number(width), "height": number(height), "role": "group", "aria-label": label,
        },
    )  # fmt: skip


def svg_text(root: Element) -> str:
    """The element as text, without the space that ElementTree puts before the end of an empty element."""
    # Texts and attributes have ``&gt;`` where they have this sign.
    return tostring(root, encoding="unicode").replace(" />", "/>")


def add_rect(parent: Element, x: float, y: float, width: float, height: float, name: str, radius: float = 0) -> Element:
    attributes = {"class": name, "x": number(x), "y": number(y), "width": number(width), "height": number(height)}
    if radius:
        attributes["rx"] = number(radius)
    return SubElement(parent, "rect", attributes)


def add_line(parent: Element, x0: float, y0: float, x1: float, y1: float, name: str) -> None:
    ends = {"x1": number(x0), "y1": number(y0), "x2": number(x1), "y2": number(y1)}
    SubElement(parent, "line", {"class": name, **ends, "stroke": PLAIN_STROKE})


def add_label(parent: Element, label: Label, name: str, language: str = "") -> None:
    """A text set to the width of its label, if that is fixed; ``language`` if it is not that of the page."""
    text = add_text(parent, label.text, label.x + label.width if label.is_at_end else label.x, label.y, name)
    if label.is_at_end:
        text.set("text-anchor", "end")
    if language:
        text.set("lang", language)
    if label.is_fixed:
        text.set("textLength", number(label.width))
        text.set("lengthAdjust", "spacingAndGlyphs")


def add_text(parent: Element, text: str, x: float, y: float, name: str) -> Element:
    # The baseline in pixels: dominant-baseline differs between renderers.
    element = SubElement(parent, "text", {"class": name, "x": number(x), "y": number(y + 4.2)})
    element.text = text
    return element


def add_point(parent: Element, kind: str, x: float, y: float, name: str, radius: float = RADIUS) -> None:
    """The sign of a record on a known day: a circle for an event, a diamond for anything else."""
    if kind == "event":
        SubElement(parent, "circle", {"class": name, "cx": number(x), "cy": number(y), "r": number(radius)})
        return
    r = radius + 0.5
    path = f"M{at(x, y - r)} {at(x + r, y)} {at(x, y + r)} {at(x - r, y)}Z"
    SubElement(parent, "path", {"class": name, "d": path})


def at(x: float, y: float) -> str:
    """A point of a path."""
    return f"{number(x)} {number(y)}"


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def add_arrow_heads(definitions: Element) -> None:
    """The heads of arrows, ``tl-head-plain`` and ``tl-head-strong``."""
    for kind in ("plain", "strong"):
        head = SubElement(definitions, "marker", {
            "id": f"tl-head-{kind}", "viewBox": "0 0 8 8", "refX": "7", "refY": "4", "markerWidth": "7",
            "markerHeight": "7", "markerUnits": "userSpaceOnUse", "orient": "auto", "class": f"head {kind}",
        })  # fmt: skip
        SubElement(head, "path", {"d": "M0 0 8 4 0 8Z"})
