"""The lines below a drawing in a file of its own: its title, its key, and where and when it was made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from archive.drawing.drawing import Drawing
from archive.drawing.elements import add_line, add_point, add_rect, add_text
from archive.drawing.legend import Sign, legend_of
from archive.drawing.text_width import shorten, text_width

_LINE, _ABOVE, _LEFT, _SIZE = 20.0, 12.0, 12.0, 12.5
#: The width of a sign of a length in time, that of the others, and between a sign or its text and the next.
_WIDE, _NARROW, _NEAR, _BETWEEN = 22.0, 10.0, 6.0, 18.0
_NARROW_SIGNS = ("key-event", "key-statement", "key-echo", "key-step")
#: Sign -> the kind of relation whose arrow it is.
_ARROWS = {
    "arrow-plain": "responds_to", "arrow-strong": "retaliates_for", "arrow-dashed": "announces",
    "arrow-dotted": "refers_to",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Footer:
    """The title of a drawing, and a line that says where and when it was made."""

    title: str
    origin: str


def footer_height(drawing: Drawing) -> float:
    return _ABOVE + _LINE * (len(list(_lines(legend_of(drawing), drawing.width))) + 2)


def add_footer(root: Element, drawing: Drawing, footer: Footer) -> None:
    """The lines of the footer below the drawing."""
    group = SubElement(root, "g", {"class": "footer side-0"})
    room = drawing.width - 2 * _LEFT
    y = drawing.height + _ABOVE
    add_text(group, shorten(footer.title, _SIZE * 1.08, room), _LEFT, y, "footer-title")
    for line in _lines(legend_of(drawing), drawing.width):
        y += _LINE
        for sign, x in line:
            _sign(group, sign.name, x, y)
            add_text(group, sign.text, x + _sign_width(sign) + _NEAR, y, "footer-text")
    add_text(group, shorten(footer.origin, _SIZE, room), _LEFT, y + _LINE, "footer-text")


def _lines(key: Sequence[Sign], width: float) -> Iterator[list[tuple[Sign, float]]]:
    """The signs in lines, each with its place."""
    line: list[tuple[Sign, float]] = []
    x = _LEFT
    for sign in key:
        needed = _sign_width(sign) + _NEAR + text_width(sign.text, _SIZE)
        if line and x + needed > width - _LEFT:
            yield line
            line, x = [], _LEFT
        line.append((sign, x))
        x += needed + _BETWEEN
    if line:
        yield line


def _sign_width(sign: Sign) -> float:
    return _NARROW if sign.name in _NARROW_SIGNS else _WIDE


def _sign(parent: Element, name: str, x: float, y: float) -> None:
    """The sign as the drawing has it."""
    group = SubElement(parent, "g", {"class": name.removeprefix("key-")})
    middle = x + _NARROW / 2
    match name:
        case "key-event" | "key-statement":
            add_point(group, name.removeprefix("key-"), middle, y, "point")
        case "key-echo":
            add_point(group, "event", middle, y, "point", 3.2)
        case "key-step":
            add_line(group, middle, y - 5, middle, y + 5, "step")
        case "key-before":
            add_line(group, x, y, x + _WIDE, y, "before")
        case "key-cluster":
            add_rect(group, x, y - 6, _WIDE, 12, "pill", 6)
        case "key-measure":
            add_rect(group, x, y - 6, _WIDE, 12, "certain", 2)
        case "key-vague" | "key-fading":
            bars = [add_rect(group, x, y - 6, _WIDE, 12, part, 2) for part in ("possible", "hatching")]
            for bar in bars if name == "key-fading" else ():
                bar.set("mask", "url(#tl-open-end)")
        case _:
            attributes = {"class": f"arrow {_ARROWS[name]}", "d": f"M{x:g} {y:g}h{_WIDE:g}"}
            SubElement(group, "path", attributes)
