"""The room that is left in the rows of a lane, for labels that are not complete."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate

from archive.drawing.boxes import GAP, LABEL_SIZE, NEAR, Box, by_start
from archive.drawing.text_width import text_width

#: The part of a label that is too little, so that its box gets a row more.
_TOO_LITTLE = 0.6
#: A box that moves may take the room of one that was complete, so that it is done twice.
_ROUNDS = 2


def use_label_space(rows: list[list[Box]], left: float, right: float, max_rows: int) -> None:
    """Lengthen the labels of boxes in rows between ``left`` and ``right``.

    A box whose label is cut in its own row moves to one where it is complete, if there is one, and one with too short a
    label to a new row, up to ``max_rows``. Rows without boxes are left out.
    """
    for row in rows:
        row.sort(key=by_start)
        _lengthen_all(row, left, right)
    for _ in range(_ROUNDS):
        cut = [box for row in rows for box in row if not box.is_complete]
        for box in sorted(cut, key=lambda box: (-box.priority, box.x0)):
            full = text_width(box.text, LABEL_SIZE)
            is_moved = _change_row(box, rows, left, right, full)
            alone = min(full, max(right - box.x1 - NEAR, box.x0 - NEAR - left))
            if not is_moved and len(rows) < max_rows and box.label_width < _TOO_LITTLE * alone:
                rows[box.row].remove(box)
                box.row = len(rows)
                rows.append([box])
        for row in rows:
            _lengthen_all(row, left, right)
    rows[:] = [row for row in rows if row]
    for number, row in enumerate(rows):
        for box in row:
            box.row = number


def _lengthen_all(row: Sequence[Box], left: float, right: float) -> None:
    """Lengthen the labels of a row until none has room: one that changes its side leaves room to others."""
    while _lengthen(row, left, right):
        pass


def _lengthen(row: Sequence[Box], left: float, right: float) -> bool:
    """Give each label that is not complete the room between the boxes before and after it; whether any is longer."""
    is_longer = False
    starts = list(accumulate((box.start for box in reversed(row)), min, initial=right + GAP))[::-1]
    end = left - GAP
    for box, start in zip(row, starts[1:], strict=True):
        if not box.is_complete:
            is_longer |= _put_longest(box, end, start)
        end = max(end, box.end)
    return is_longer


def _put_longest(box: Box, end: float, start: float) -> bool:
    """Set the label after, before or inside of the box, where most of it fits; whether it is longer than before.

    The boxes before it end at ``end``, and those after it start at ``start``: in a crowded row they may overlap it.
    """
    width = box.label_width
    after = start - GAP - box.x1 - NEAR if end <= box.x1 else 0.0
    before = box.x0 - NEAR - end - GAP if start >= box.x0 else 0.0
    inside = box.inside_width if end <= box.x0 and start >= box.x1 else 0.0
    rooms = after, before, inside
    full = text_width(box.text, LABEL_SIZE)
    # The first of those with room for all of it, else the widest.
    place = max(range(3), key=lambda place: (min(rooms[place], full), -place))
    if rooms[place] <= width:
        return False
    if place == 2:
        box.put_inside()
    elif place == 1:
        box.put_before(rooms[place])
    else:
        box.put_after(rooms[place])
    return box.label_width > width


def _change_row(box: Box, rows: Sequence[list[Box]], left: float, right: float, full: float) -> bool:
    """Move the box to the nearest row that has room for it with its label of the ``full`` width, if there is one."""
    for number in sorted(range(len(rows)), key=lambda number: abs(number - box.row)):
        row = rows[number]
        if number == box.row:
            continue
        place = bisect(row, by_start(box), key=by_start)
        end = max((other.end for other in row[:place]), default=left - GAP)
        start = min((other.start for other in row[place:]), default=right + GAP)
        if end + GAP > box.x0 or box.x1 > start - GAP:
            continue
        after, before = start - GAP - box.x1 - NEAR, box.x0 - NEAR - end - GAP
        if max(after, before) < full:
            continue
        rows[box.row].remove(box)
        row.insert(place, box)
        box.row = number
        if after >= full:
            box.put_after(after)
        else:
            box.put_before(before)
        return True
    return False
