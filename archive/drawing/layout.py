"""The layout of a timeline: its lanes below each other, and in each its marks in rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from archive.choices import LATER_RELATIONS, RelationKind
from archive.drawing.drawing import Arrow, Drawing, Label, Lane, Links, Mark
from archive.drawing.marks import Draft, MarkReader, clean
from archive.drawing.packing import Packer
from archive.drawing.parts import parts_of
from archive.drawing.scale import Scale, axis_of
from archive.drawing.text_width import is_familiar, shorten, text_width
from archive.page_language import record_tag
from archive.terms import term
from archive.timeline.fields import TimelinePart

#: Pixels: the axis, a lane's heading, a row, below a lane; at the left and right of the axis.
AXIS_HEIGHT, HEADING, ROW, BELOW, MARGIN = 46, 24, 21, 9, 12
TITLE_SIZE = 13
#: The height of a row of echoes, and how many there are in a lane.
_ECHO_ROW, _MAX_ECHO_ROWS = 13, 3
#: The number of colours and patterns of sides.
SIDES = 6
_OTHERS = gettext_lazy("Others")
_MEASURES = gettext_lazy("Measures in force")


def lay_out(timeline: Mapping[str, Any], width: int, links: Links) -> Drawing | None:
    """The drawing of a timeline's JSON, ``width`` pixels wide; None for a timeline without period.

    The height follows from what there is to draw.
    """
    if timeline["from"] is None:
        return None
    first, last = date.fromisoformat(timeline["from"]), date.fromisoformat(timeline["to"])
    scale = Scale(first, last, MARGIN, width - MARGIN)
    reader = MarkReader(scale, links, _sentences(timeline))
    parts = parts_of(timeline)
    lanes, marks = [], []
    top = float(AXIS_HEIGHT)
    for number, item in enumerate(timeline["lanes"], 1):
        name = clean(item["name"]) if item["name"] else str(_OTHERS) if len(timeline["lanes"]) > 1 else ""
        side = number if item["name"] and number <= SIDES else 0
        drafts: list[Draft] = []
        echoes: list[Draft] = []
        for record in item["records"]:
            part = parts[record["kind"], record["slug"]]
            is_echo = record["part"] == TimelinePart.AFFECTED
            draft = reader.record(record, side, part.parties, is_echo=is_echo)
            (echoes if is_echo else drafts).append(draft)
        drafts += [reader.cluster(cluster, side, name) for cluster in item["clusters"]]
        lane, lane_marks = place_lane(
            scale, name, side, top, drafts, _max_rows(len(timeline["lanes"])), count=item["count"], echoes=echoes
        )
        language = record_tag() if item["name"] and not item.get("is_localized") else ""
        lanes.append(replace(lane, language=language))
        marks += lane_marks
        top = lane.y1
    if timeline["measures"]:
        drafts = [reader.measure(measure) for measure in timeline["measures"]]
        lane, lane_marks = place_lane(
            scale, str(_MEASURES), 0, top, drafts, len(drafts), count=timeline["measure_count"]
        )
        lanes.append(lane)
        marks += lane_marks
        top = lane.y1
    return Drawing(
        width, top + 4, scale, axis_of(scale), tuple(lanes), tuple(in_order(marks)), tuple(_arrows(timeline, marks))
    )


def _max_rows(lanes: int) -> int:
    return 24 if lanes == 1 else 12 if lanes <= 3 else 9 if lanes <= 6 else 5


def place_lane(
    scale: Scale,
    name: str,
    side: int,
    top: float,
    drafts: Sequence[Draft],
    max_rows: int,
    *,
    count: int | None = None,
    echoes: Sequence[Draft] = (),
) -> tuple[Lane, list[Mark]]:
    """A lane from ``top`` on, with its marks; ``count`` is that of its records, which its heading says.

    ``echoes`` stand in low rows below the others.
    """
    heading = HEADING if name else BELOW
    rows = Packer(scale.left, scale.right, max_rows).pack(draft.box for draft in drafts)
    echo_rows = Packer(scale.left, scale.right, _MAX_ECHO_ROWS).pack(draft.box for draft in echoes)
    below = top + heading + rows * ROW
    title = None
    if name:
        number = f"{count:,}" if count is not None else ""
        text = shorten(f"{name} · {number}" if number else name, TITLE_SIZE * 1.08, scale.right - scale.left - 8)
        text = text or number or name[:3]
        title = Label(
            text, scale.left, top + heading / 2 + 2, text_width(text, TITLE_SIZE * 1.08), not is_familiar(text)
        )
    marks = [_mark(draft, top + heading + (draft.box.row + 0.5) * ROW) for draft in drafts]
    marks += [_mark(draft, below + (draft.box.row + 0.5) * _ECHO_ROW) for draft in echoes]
    return Lane(name, title, side, top, below + echo_rows * _ECHO_ROW + BELOW), marks


def _mark(draft: Draft, y: float) -> Mark:
    """The draft's mark at its place: a point may have moved within its day."""
    box, mark = draft.box, draft.mark
    span = replace(mark.span, x0=box.x0, x1=box.x1) if mark.is_point else mark.span
    label = None
    if box.label:
        label = Label(box.label, box.label_x, y, box.label_width, not box.has_familiar_label, box.is_before)
    return replace(mark, span=span, y=y, label=label)


def in_order(marks: Iterable[Mark]) -> Iterable[Mark]:
    """The marks by date; of a record in several lanes all but the first full one are marked as repeated."""
    seen: set[tuple[str, str]] = set()
    for mark in sorted(marks, key=lambda mark: (mark.sort, mark.kind, mark.is_echo, mark.y)):
        key = (mark.kind, mark.slug)
        is_repeated = mark.kind != "cluster" and key in seen
        seen.add(key)
        yield replace(mark, is_repeated=True) if is_repeated else mark


def _arrows(timeline: Mapping[str, Any], marks: Sequence[Mark]) -> Iterable[Arrow]:
    """One arrow for each pair of events, from the earlier to the later: between their nearest marks."""
    events: dict[str, list[Mark]] = {}
    for mark in marks:
        if mark.kind == "event" and not mark.is_echo:
            events.setdefault(mark.slug, []).append(mark)
    pairs: set[frozenset[str]] = set()
    for relation in timeline["relations"]:
        kind, slugs = RelationKind(relation["kind"]), (relation["from"], relation["to"])
        pair = frozenset(slugs)
        if pair in pairs or not all(slug in events for slug in slugs):
            continue
        pairs.add(pair)
        near = min(
            ((mark, partner) for mark in events[slugs[0]] for partner in events[slugs[1]]),
            key=lambda ends: abs(ends[0].y - ends[1].y),
        )
        title = gettext("{first} {verb} {second}").format(
            first=near[0].name, verb=term(kind.label), second=near[1].name
        )
        first, last = near if kind is RelationKind.ANNOUNCES else reversed(near)
        has_head = kind in LATER_RELATIONS or kind is RelationKind.ANNOUNCES
        yield Arrow(str(kind), title, first.x, first.y, last.x, last.y, has_head, (first.slug, last.slug))


def _sentences(timeline: Mapping[str, Any]) -> dict[str, list[str]]:
    """Event -> how it relates to others in the drawing, for its text equivalent."""
    names = {
        record["slug"]: clean(record["name"])
        for lane in timeline["lanes"]
        for record in lane["records"]
        if record["kind"] == "event"
    }
    sentences: dict[str, list[str]] = {}
    for relation in timeline["relations"]:
        if relation["to"] in names:
            verb = term(RelationKind(relation["kind"]).label)
            sentence = gettext("It {verb}: {event}").format(verb=verb, event=names[relation["to"]])
            sentences.setdefault(relation["from"], []).append(sentence)
    return sentences
