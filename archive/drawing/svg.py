"""The SVG of a drawing and of an overview. Colours and patterns are those of ``timeline.css``, by classes."""

from __future__ import annotations

from dataclasses import replace
from xml.etree.ElementTree import Element, SubElement

from archive.drawing.drawing import Arrow, Drawing, Lane, Mark, Span
from archive.drawing.elements import (
    PLAIN_STROKE,
    add_arrow_heads,
    add_label,
    add_line,
    add_point,
    add_rect,
    add_text,
    at,
    number,
    svg_root,
    svg_text,
)  # fmt: skip
from archive.drawing.footer import Footer, add_footer, footer_height
from archive.drawing.layout import AXIS_HEIGHT, MARGIN
from archive.drawing.overview import BARS_HEIGHT, HEIGHT, Overview
from archive.drawing.scale import Axis
from archive.drawing.sides import add_side_patterns
from archive.drawing.spans import RADIUS
from archive.page_language import record_tag
from archive.text import xml_text

_BAR = 15.0
#: The width of the strip at the left of a lane, in the colour and pattern of its side.
_STRIP = 8
#: Half of the width of an echo's point, and the height of its bar.
_ECHO_RADIUS, _ECHO_BAR = 3.2, 7.0
#: By how much a bar with more days goes on beyond the drawing.
_BEYOND = MARGIN + 4
#: With more arrows they would be a tangle: the style sheet shows their ends only.
MAX_WHOLE_ARROWS = 40
#: The least part of a span that is drawn by itself.
_LEAST = 0.5


def drawing_svg(
    drawing: Drawing, label: str, style: str = "", *, has_definitions: bool = True, footer: Footer | None = None
) -> str:
    """The drawing as an SVG element. For a file that stands alone ``style`` is a style sheet to embed.

    Without definitions it uses those of another drawing on the page.
    """
    height = drawing.height + (footer_height(drawing) if footer else 0)
    root = svg_root("timeline-drawing", drawing.width, height, label)
    root.set("data-from", drawing.scale.first.isoformat())
    root.set("data-to", drawing.scale.last.isoformat())
    root.set("data-left", number(drawing.scale.left))
    root.set("data-right", number(drawing.scale.right))
    if style:
        SubElement(root, "style").text = style
        add_rect(root, 0, 0, drawing.width, height, "background").set("fill", "none")
    if has_definitions:
        add_side_patterns(_definitions(root), (lane.side for lane in drawing.lanes))
    for lane in drawing.lanes:
        _lane(root, lane, drawing.width)
    # What moves with the period, unlike the lanes and their titles.
    scene = SubElement(root, "g", {"class": "scene"})
    _axis(scene, drawing.axis, AXIS_HEIGHT, drawing.height)
    are_whole = len(drawing.arrows) <= MAX_WHOLE_ARROWS
    name = "arrows" if are_whole else "arrows many"
    arrows = SubElement(scene, "g", {"class": name, "aria-hidden": "true", "fill": "none", "stroke": PLAIN_STROKE})
    for arrow in drawing.arrows:
        _arrow(arrows, arrow, are_whole)
    for mark in drawing.marks:
        _mark(scene, mark)
    for lane in drawing.lanes:
        _lane_title(root, lane)
    if footer:
        add_footer(root, drawing, footer)
    return xml_text(svg_text(root)) if style else svg_text(root)


def overview_svg(overview: Overview, label: str) -> str:
    """The overview as an SVG element."""
    root = svg_root("timeline-overview", overview.width, HEIGHT, label)
    base = float(BARS_HEIGHT + 4)
    add_rect(root, overview.period_x0, 1, overview.period_x1 - overview.period_x0, base, "window")
    for column in overview.columns:
        link = SubElement(root, "a", {"href": column.href})
        SubElement(link, "title").text = column.title
        width = max(1.5, column.x1 - column.x0 - 1)
        add_rect(link, column.x0, 0, max(width, 2), base, "hit")
        add_rect(link, column.x0, base - column.height, width, column.height, "column")
    add_line(root, 0, base, overview.width, base, "base")
    for tick in overview.axis.ticks:
        if tick.label:
            add_text(root, tick.label, tick.x, base + 11, "tick-label")
    return svg_text(root)


def _definitions(root: Element) -> Element:
    """The hatching of dates that are not exact, the fading of open ends, and the head of an arrow."""
    definitions = SubElement(root, "defs")
    hatch = SubElement(definitions, "pattern", {
        "id": "tl-hatch", "width": "6", "height": "6", "patternUnits": "userSpaceOnUse",
        "patternTransform": "rotate(45)",
    })  # fmt: skip
    add_rect(hatch, 0, 0, 2.5, 6, "hatch")
    for name, stops in (
        ("start", ("#000", "#fff", "#fff")),
        ("end", ("#fff", "#fff", "#000")),
        ("both", ("#000", "#fff", "#000")),
    ):
        gradient = SubElement(definitions, "linearGradient", {"id": f"tl-fade-{name}"})
        for offset, color in zip(("0", "0.5", "1"), stops, strict=True):
            SubElement(gradient, "stop", {"offset": offset, "stop-color": color})
        mask = SubElement(definitions, "mask", {"id": f"tl-open-{name}", "maskContentUnits": "objectBoundingBox"})
        SubElement(mask, "rect", {"width": "1", "height": "1", "fill": f"url(#tl-fade-{name})"})
    add_arrow_heads(definitions)
    return definitions


def _lane(root: Element, lane: Lane, width: float) -> None:
    group = SubElement(root, "g", {"class": f"lane side-{lane.side}"})
    add_rect(group, 0, lane.y0, width, lane.y1 - lane.y0, "lane-ground").set("fill", "none")
    add_line(group, 0, lane.y0, width, lane.y0, "lane-edge")
    if lane.title:
        add_rect(group, 0, lane.y0, _STRIP, lane.y1 - lane.y0, "lane-side")


def _lane_title(root: Element, lane: Lane) -> None:
    """The heading, above the lines of the axis."""
    if lane.title:
        group = SubElement(root, "g", {"class": f"lane-head side-{lane.side}"})
        parent = SubElement(group, "a", {"href": lane.href}) if lane.href else group
        add_label(parent, lane.title, "lane-title", lane.language)


def _axis(root: Element, axis: Axis, top: float, bottom: float) -> None:
    group = SubElement(root, "g", {"class": "axis", "aria-hidden": "true"})
    for band in axis.bands:
        add_line(group, band.x0, 4, band.x0, bottom, "band-edge")
        if band.label:
            add_text(group, band.label, band.x0 + 5, 14, "band-label")
    for tick in axis.ticks:
        add_line(
            group, tick.x, 26 if tick.label else top - 6, tick.x, bottom, "tick major" if tick.is_major else "tick"
        )
        if tick.label:
            add_text(group, tick.label, tick.x + 4, 34, "tick-label")


def _arrow(parent: Element, arrow: Arrow, is_whole: bool) -> None:
    x0, y0, x1, y1 = arrow.x0, arrow.y0, arrow.x1, arrow.y1
    reach = RADIUS + 3
    if abs(y1 - y0) < 1:
        rise = min(26.0, 8 + abs(x1 - x0) / 12)
        path = f"M{at(x0, y0 - reach)}C{at(x0, y0 - rise)} {at(x1, y1 - rise)} {at(x1, y1 - reach)}"
    else:
        down = 1 if y1 > y0 else -1
        bend = max(10.0, abs(y1 - y0) * 0.45)
        path = (
            f"M{at(x0, y0 + down * reach)}C{at(x0, y0 + down * (reach + bend))} "
            f"{at(x1, y1 - down * (reach + bend))} {at(x1, y1 - down * reach)}"
        )
    attributes = {"d": path, "class": f"arrow {arrow.kind}", "data-ends": " ".join(arrow.slugs)}
    if not is_whole:  # the style sheet shows parts of a hundred of it
        attributes["pathLength"] = "100"
    if arrow.has_head:
        attributes["marker-end"] = f"url(#tl-head-{'strong' if arrow.kind == 'retaliates_for' else 'plain'})"
    SubElement(SubElement(parent, "path", attributes), "title").text = arrow.title


def _mark(root: Element, mark: Mark) -> None:
    classes = ["mark", mark.kind, f"side-{mark.side}"]
    classes += [
        name
        for name, holds in (
            ("approximate", mark.is_approximate),
            ("uncertain", mark.is_uncertain),
            ("echo", mark.is_echo),
        )
        if holds
    ]
    attributes = {"class": " ".join(classes)}
    # The link of a record ends in its slug; that of a cluster leads to its period.
    attributes |= {} if (mark.href or "").endswith(f"/{mark.slug}/") else {"data-slug": mark.slug}
    # A link is named by its title, a picture by a label.
    attributes |= {"href": mark.href} if mark.href else {"role": "img", "aria-label": mark.title}
    attributes |= {"tabindex": "-1", "aria-hidden": "true"} if mark.is_repeated else {}
    link = SubElement(root, "a" if mark.href else "g", attributes)
    SubElement(link, "title").text = mark.title
    if mark.is_point:
        _point(link, mark)
    elif mark.kind == "cluster":
        _cluster(link, mark)
    else:
        if mark.steps and mark.steps[0].x < mark.span.x0:
            add_line(link, mark.steps[0].x, mark.y, mark.span.x0, mark.y, "before")
        _span(link, mark.span, mark.y, _ECHO_BAR if mark.is_echo else _BAR)
        for step in mark.steps:
            add_line(link, step.x, mark.y - 11, step.x, mark.y - 3, "step")
    if mark.label:
        add_label(link, mark.label, "name", record_tag())


def _point(link: Element, mark: Mark) -> None:
    # As large as all of them: ``timeline.css`` has the size.
    if mark.is_echo:
        add_point(link, mark.kind, mark.x, mark.y, "point", _ECHO_RADIUS)
        return
    area = {"class": "area", "x": number(mark.x - 10), "y": number(mark.y - 10), "fill": "none"}
    SubElement(link, "rect", area)
    add_point(link, mark.kind, mark.x, mark.y, "point")


def _cluster(link: Element, mark: Mark) -> None:
    span = mark.span
    pill = add_rect(link, span.x0, mark.y - _BAR / 2 - 1, span.x1 - span.x0, _BAR + 2, "pill", 8)
    pill.set("fill", "none")
    pill.set("stroke", PLAIN_STROKE)
    _fading(pill, span)
    # The space keeps the number and the name after it apart for those who hear them.
    add_text(link, f"{mark.count:,}", mark.x, mark.y, "cluster-count").tail = " "


def _span(link: Element, span: Span, y: float, height: float) -> None:
    """The days that are certain; those that are only possible are hatched. More days go on beyond the drawing."""
    x0 = span.x0 - _BEYOND if span.is_cut_before else span.x0
    x1 = span.x1 + _BEYOND if span.is_cut_after else span.x1
    if span.sure_x0 is None or span.sure_x1 is None:
        _possible(link, replace(span, x0=x0, x1=x1), y, height)
        return
    before, after = span.sure_x0 - span.x0 >= _LEAST, span.x1 - span.sure_x1 >= _LEAST
    if before:
        _possible(link, Span(x0, span.sure_x0, opens=span.opens), y, height)
    if after:
        _possible(link, Span(span.sure_x1, x1, closes=span.closes), y, height)
    sure = Span(
        span.sure_x0 if before else x0, span.sure_x1 if after else x1,
        opens=span.opens or before, closes=span.closes or after,
    )  # fmt: skip
    _fading(_bar(link, sure, y, height, "certain"), sure)


def _possible(link: Element, span: Span, y: float, height: float) -> None:
    for name in ("possible", "hatching"):
        _fading(_bar(link, span, y, height, name), span)


def _bar(link: Element, span: Span, y: float, height: float, name: str) -> Element:
    bar = add_rect(link, span.x0, y - height / 2, span.x1 - span.x0, height, name, 2)
    bar.set("fill", "none")
    if name != "hatching":
        bar.set("stroke", PLAIN_STROKE)
    return bar


def _fading(rect: Element, span: Span) -> None:
    if not span.opens or not span.closes:
        name = "both" if not span.opens and not span.closes else "end" if span.opens else "start"
        rect.set("mask", f"url(#tl-open-{name})")
