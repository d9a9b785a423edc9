"""The room that is left in the rows of a lane, for labels that are not complete."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from itertools import accumulate

from archive.drawing.boxes import GAP, LABEL_SIZE, NEAR, Box, by_start
from archive.drawing.text_width import text_width


def use_free_room(rows: Sequence[list[Box]], left: float, right: float) -> None:
    """Lengthen the labels of boxes in rows between ``left`` and ``right``.

    A box whose label is cut in its own row moves to one where it is complete, if there is one.
    """
    for row in rows:
        row.sort(key=by_start)
        _lengthen_all(row, left, right)
    cut = [box for row in rows for box in row if not box.is_complete]
    for box in sorted(cut, key=lambda box: (-box.priority, box.x0)):
        _change_row(box, rows, left, right)
    for row in rows:
        _lengthen_all(row, left, right)


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
            is_longer |= _put_longest(box, end + GAP, start - GAP)
        end = max(end, box.end)
    return is_longer


def _put_longest(box: Box, left: float, right: float) -> bool:
    """Set the label after, before or inside of the box, where most of it fits between ``left`` and ``right``.

    Whether it is longer than before.
    """
    width = box.label_width
    rooms = right - box.x1 - NEAR, box.x0 - NEAR - left, box.inside_width
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


def _change_row(box: Box, rows: Sequence[list[Box]], left: float, right: float) -> None:
    """Move the box to the nearest row that has room for it with its complete label."""
    full = text_width(box.text, LABEL_SIZE)
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
        return
