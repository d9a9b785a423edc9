"""Rows of a lane: boxes with labels, placed from left to right so that no two labels overlap.

A box takes the first row that is free there. If none is, it takes the room of a label before it, which is shortened or
dropped. Then labels that are not complete get the room that is left (``free_room``). What does not fit has no label; it
always has its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.drawing.boxes import GAP, LABEL_SIZE, MIN_LABEL_WIDTH, NEAR, Box, by_start
from archive.drawing.label_space import use_label_space
from archive.drawing.text_width import text_width

#: The width of a label that boxes after it find taken; it gets more in the end if there is room.
RESERVED_WIDTH = 190
#: A label stands inside of a box that is at least so wide.
_MIN_INSIDE = 90


@dataclass(slots=True)
class _Row:
    mark_end: float
    owner: Box | None = None
    boxes: list[Box] = field(default_factory=list)

    @property
    def end(self) -> float:
        if self.owner is None or not self.owner.label:
            return self.mark_end
        return max(self.mark_end, self.owner.label_end)


@dataclass(slots=True)
class Packer:
    """Packs boxes into ``max_rows`` rows, and more for those with a text, between ``left`` and ``right``."""

    left: float
    right: float
    max_rows: int
    rows: list[_Row] = field(default_factory=list)

    def pack(self, boxes: Iterable[Box]) -> int:
        """Place the boxes; the number of rows that they take."""
        for box in sorted(boxes, key=by_start):
            self._place(box)
        rows = [row.boxes for row in self.rows]
        use_label_space(rows, self.left, self.right, self.max_rows)
        return len(rows)

    def _place(self, box: Box) -> None:
        row = self._free(box.x0)
        if row is None and len(self.rows) < self.max_rows:
            row = self._new_row()
        if row is None and box.slack:
            row = self._slide(box)
        if row is None:
            row = self._room_of_a_label(box) or (self._new_row() if box.has_text else None)
        if row is None:
            row = self._crowded(box)
        else:
            self._label(box, row)
        box.row = self.rows.index(row)
        row.boxes.append(box)
        row.mark_end = max(row.mark_end, box.x1)
        row.owner = box if box.label else None

    def _free(self, x: float) -> _Row | None:
        return next((row for row in self.rows if row.end + GAP <= x), None)

    def _new_row(self) -> _Row:
        self.rows.append(_Row(self.left - GAP))
        return self.rows[-1]

    def _slide(self, box: Box) -> _Row | None:
        """The row that is free soonest, if the box may move there."""
        row = min(self.rows, key=lambda row: row.end)
        return self._move(box, row, row.end + GAP)

    def _move(self, box: Box, row: _Row, x: float) -> _Row | None:
        if x > box.x0 + box.slack:
            return None
        shift = max(0.0, x - box.x0)
        box.x0, box.x1, box.slack = box.x0 + shift, box.x1 + shift, box.slack - shift
        return row

    def _room_of_a_label(self, box: Box) -> _Row | None:
        """A row whose last label can end before the box: the one that loses least."""
        rows = [row for row in self.rows if row.mark_end + GAP <= box.x0]
        if not rows:
            return None

        def loss(row: _Row) -> tuple[bool, int, float]:
            owner = row.owner
            if owner is None:
                return False, 0, 0.0
            left = box.x0 - GAP - owner.label_x
            return left < MIN_LABEL_WIDTH, owner.priority, -left

        row = min(rows, key=loss)
        if row.owner is not None and row.owner.label_end + GAP > box.x0 and not row.owner.is_inside:
            row.owner.put_after(box.x0 - GAP - row.owner.label_x)
        return row

    def _crowded(self, box: Box) -> _Row:
        """The row whose last mark is nearest to its end: the marks overlap, unless the box may move."""
        row = min(self.rows, key=lambda row: row.mark_end)
        if row.owner is not None and row.owner.label_end + GAP > box.x0:
            row.owner.remove_label()
        self._move(box, row, row.mark_end + 2)
        return row

    def _label(self, box: Box, row: _Row) -> None:
        """Inside of the box, to its right, or if the drawing ends there to its left."""
        if not box.text:
            return
        width = min(text_width(box.text, LABEL_SIZE), RESERVED_WIDTH)
        inside, right = box.inside_width, self.right - box.x1 - NEAR
        if inside >= min(width, _MIN_INSIDE) and (inside >= width or inside >= right):
            box.put_inside()
        elif right < width and (left := box.x0 - NEAR - row.end - GAP) > right:
            box.put_before(min(left, width))
        else:
            box.put_after(min(right, width))
