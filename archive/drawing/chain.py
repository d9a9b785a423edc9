"""The drawing of a chain: its records below each other in order of time, and at the left the arrows between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext

from archive.chains import LinkKind
from archive.choices import OutcomeKind
from archive.dates import PartialDate
from archive.dates.value import SORT_BLANK
from archive.drawing.boxes import LABEL_SIZE
from archive.drawing.drawing import Label
from archive.drawing.elements import add_arrow_heads, add_label, add_point, add_rect, at, svg_root, svg_text
from archive.drawing.marks import clean
from archive.drawing.spans import RADIUS
from archive.drawing.text_width import is_familiar, shorten, text_width
from archive.page_language import record_tag
from archive.terms import date_in_words, record_type, term

#: Pixels: a record's row with two lines, above and below all, the arrows' part of the width, and at most; a line.
_ROW, _EDGE, _ARROWS_SHARE, _MAX_ARROWS_WIDTH = 42, 8, 0.28, 180
_LINE, _MAX_LINES = 17, 3
#: The size of the texts; names in bold letters are wider.
_SIZE = LABEL_SIZE * 1.04
#: A link farther apart bends farther out, by this much a row.
_BEND = 17
#: Links from one record begin so far apart.
_APART = 3.5


@dataclass(frozen=True, slots=True)
class ChainRecord:
    """A record of a chain. ``links``: (kind, name) of the records that it responds to, is about ... in words."""

    key: str
    kind: str
    name: str
    when: str
    href: str
    is_root: bool
    is_exact: bool
    links: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A link between two records by their positions, from the earlier to the later one."""

    kind: str
    first: int
    last: int
    title: str


@dataclass(frozen=True, slots=True)
class ChainPart:
    """The records of a chain that are drawn, in order of time, and how many are left out before and after."""

    records: tuple[ChainRecord, ...]
    links: tuple[ChainLink, ...]
    more_before: int
    more_after: int


def chain_part(chain: Mapping[str, Any], limit: int, address: Callable[[str, str], str]) -> ChainPart:
    """The record of a chain's JSON with its nearest records, at most so many. ``address``: of a type and a slug."""
    root, others = chain["nodes"][0], chain["nodes"][1:]
    sides = {side: [node for node in others if node["direction"] == side] for side in ("before", "after")}
    nodes = sorted([root, *_nearest(sides["before"], sides["after"], limit - 1)], key=_order)
    positions = {node["id"]: position for position, node in enumerate(nodes)}
    names = {node["id"]: clean(node["name"]) for node in nodes}
    edges = [edge for edge in chain["edges"] if edge["from"] in positions and edge["to"] in positions]
    left_out = {side: len(all_nodes) - sum(node in nodes for node in all_nodes) for side, all_nodes in sides.items()}
    return ChainPart(
        tuple(_record(node, root, edges, names, address) for node in nodes),
        tuple(_link(edge, positions, names) for edge in edges),
        left_out["before"],
        left_out["after"],
    )


def _nearest(before: Sequence[Any], after: Sequence[Any], limit: int) -> list[Any]:
    """The nearest of both sides; a side that has fewer leaves its room to the other."""
    half = limit // 2
    first = before[: max(half, limit - len(after))]
    return [*first, *after[: limit - len(first)]]


def _order(node: Mapping[str, Any]) -> tuple[int, int, str]:
    """In order of time; on the same day what led to it is above it, and what followed below."""
    sort = PartialDate.parse(node["date"]["text"]).sort if node["date"] else SORT_BLANK
    return sort, -node["distance"] if node["direction"] == "before" else node["distance"], node["slug"]


def _record(
    node: Mapping[str, Any],
    root: object,
    edges: Iterable[Mapping[str, Any]],
    names: Mapping[str, str],
    address: Callable[[str, str], str],
) -> ChainRecord:
    links = tuple((_words(edge), names[edge["to"]]) for edge in edges if edge["from"] == node["id"])
    when = node["date"] or {"earliest": None, "latest": None}
    words = date_in_words(PartialDate.parse(node["date"]["text"])) if node["date"] else gettext("no date")
    is_exact = when["earliest"] is not None and when["earliest"] == when["latest"]
    return ChainRecord(
        node["id"], node["type"], clean(node["name"]), words, address(node["type"], node["slug"]),
        node is root, is_exact, links,
    )  # fmt: skip


def _words(edge: Mapping[str, Any]) -> str:
    label = str(LinkKind(edge["kind"]).label)
    if not edge["outcome"]:
        return term(label)
    return gettext("outcome ({outcome}) of").format(outcome=term(str(OutcomeKind(edge["outcome"]).label)))


def _link(edge: Mapping[str, Any], positions: Mapping[str, int], names: Mapping[str, str]) -> ChainLink:
    source, target = positions[edge["from"]], positions[edge["to"]]
    first, last = (source, target) if edge["kind"] == LinkKind.ANNOUNCES else (target, source)
    return ChainLink(edge["kind"], first, last, f"{names[edge['from']]}: {_words(edge)}: {names[edge['to']]}")


def chain_svg(part: ChainPart, width: int, label: str) -> str:
    """The drawing, ``width`` pixels wide."""
    axis = min(width * _ARROWS_SHARE, _MAX_ARROWS_WIDTH)
    start, room = axis + RADIUS + 9, width - axis - RADIUS - 17
    rows, y = [], float(_EDGE)
    for record in part.records:
        rows.append(_Row(record, y, _lines(record, room)))
        y += rows[-1].height
    root = svg_root("timeline-drawing chain-drawing", width, y + _EDGE, label)
    add_arrow_heads(SubElement(root, "defs"))
    for row in rows:
        if row.record.is_root:
            add_rect(root, 0, row.top, width, row.height, "here")
    arrows = SubElement(root, "g", {"class": "arrows", "aria-hidden": "true"})
    used: dict[tuple[int, bool], int] = {}
    # The longest first: it is outermost, and so ends nearest to the middle of its records.
    for link in sorted(part.links, key=lambda link: -abs(link.last - link.first)):
        down = link.last > link.first
        sign = 1 if down else -1
        y0 = rows[link.first].y + sign * _step(used, link.first, down)
        y1 = rows[link.last].y - sign * _step(used, link.last, not down)
        x = axis - RADIUS - 3
        bend = min(_BEND * (abs(link.last - link.first) + 0.6), x - 4)
        strong = "strong" if link.kind == LinkKind.RETALIATES_FOR else "plain"
        # A cubic curve reaches three quarters of the way to its control points.
        path = f"M{at(x, y0)}C{at(x - bend / 0.75, y0)} {at(x - bend / 0.75, y1)} {at(x, y1)}"
        arrow = {"d": path, "class": f"arrow {link.kind}", "marker-end": f"url(#tl-head-{strong})"}
        SubElement(SubElement(arrows, "path", arrow), "title").text = link.title
    for row in rows:
        _add_row(root, row, axis, start, width)
    return svg_text(root)


@dataclass(frozen=True, slots=True)
class _Row:
    """A record's part of the drawing from ``top`` on: a line with its date, and those of its name."""

    record: ChainRecord
    top: float
    lines: tuple[str, ...]

    @property
    def height(self) -> float:
        return _ROW + _LINE * (len(self.lines) - 2)

    @property
    def y(self) -> float:
        return self.top + _ROW / 2


def _lines(record: ChainRecord, room: float) -> tuple[str, ...]:
    """The lines of a record's text; its kind and links are left out where they do not fit."""
    facts = [record.when, record_type(record.kind), ", ".join(dict.fromkeys(kind for kind, _ in record.links))]
    texts = [" · ".join(filter(None, facts[:count])) for count in (3, 2, 1)]
    first = next((text for text in texts if text_width(text, _SIZE) <= room), shorten(record.when, _SIZE, room))
    return first, *_wrapped(record.name, room)


def _wrapped(name: str, room: float) -> list[str]:
    """The name in at most three lines, broken between words; the last is shortened, or a word that is too long."""
    lines: list[str] = []
    while len(lines) < _MAX_LINES - 1 and text_width(name, _SIZE) > room:
        beginning = shorten(name, _SIZE, room)[:-1]
        punctuation, space, rest = name[len(beginning) :].partition(" ")
        if not beginning or not space or len(punctuation) > 1:
            break
        lines.append(beginning + punctuation)
        name = rest
    return [*lines, shorten(name, _SIZE, room) or name[:3]]


def _step(used: dict[tuple[int, bool], int], position: int, down: bool) -> float:
    """How far from the middle of a record the next of its links on this side ends."""
    count = used.get((position, down), 0)
    used[position, down] = count + 1
    return min(1 + count * _APART, _ROW / 2 - 6)


def _add_row(root: Element, row: _Row, x: float, start: float, width: float) -> None:
    record, y = row.record, row.y
    facts = [
        f"{record.when}: {record.name}",
        record_type(record.kind),
        *(f"{kind}: {name}" for kind, name in record.links),
    ]
    attributes = {"class": f"mark {record.kind}{' root' if record.is_root else ''}"}
    # A link is named by its title: a label that differs from the visible text would fail voice control.
    attributes |= {"role": "img", "aria-label": ". ".join(facts)} if record.is_root else {"href": record.href}
    link = SubElement(root, "g" if record.is_root else "a", attributes)
    SubElement(link, "title").text = ". ".join(facts)
    add_rect(link, x - RADIUS - 4, row.top + 1, width - x, row.height - 2, "hit")
    add_point(link, record.kind, x, y, "point" if record.is_exact else "point vague")
    for index, text in enumerate(row.lines):
        label = Label(text, start, y - 8 + index * _LINE, text_width(text, _SIZE), not is_familiar(text))
        add_label(link, label, *(("name", record_tag()) if index else ("when",)))
