"""Rows of a lane: boxes with labels, placed from left to right so that no two labels overlap.

A box takes the first row that is free there. If none is, it takes the room of a label before it, which is shortened or
dropped. What does not fit has no label; it always has its place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from archive.drawing.text_width import is_familiar, shorten, text_width

LABEL_SIZE = 12.5
MAX_LABEL_WIDTH = 250
#: Between a mark and its label, and between a label and the next mark.
NEAR, GAP = 5.0, 9.0
_MIN_LABEL_WIDTH = 42
#: A label stands inside of a box that is at least so wide.
_MIN_INSIDE = 90


@dataclass(slots=True)
class Box:
    """A mark that needs the room from ``x0`` to ``x1``; it may move to the right by ``slack``.

    ``has_text``: there is a text in the mark, so that it may not overlap another, and gets a row more if need be.

    After packing ``row`` is its row, and ``label`` its text, if not empty, from ``label_x`` on.
    """

    x0: float
    x1: float
    text: str
    priority: int = 0
    slack: float = 0.0
    has_text: bool = False
    row: int = 0
    label: str = ""
    label_x: float = 0.0
    is_inside: bool = False

    @property
    def label_end(self) -> float:
        return self.label_x + text_width(self.label, LABEL_SIZE)

    @property
    def has_familiar_label(self) -> bool:
        return is_familiar(self.label)


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
    max_label_width: float = MAX_LABEL_WIDTH
    rows: list[_Row] = field(default_factory=list)

    def pack(self, boxes: Iterable[Box]) -> int:
        """Place the boxes; the number of rows that they take."""
        for box in sorted(boxes, key=lambda box: (box.x0, -box.x1, -box.priority)):
            self._place(box)
        return len(self.rows)

    def _place(self, box: Box) -> None:
        row = self._free(box.x0)
        if row is None and len(self.rows) < self.max_rows:
            row = self._new_row()
        if row is None and box.slack:
            row = self._slide(box)
        if row is None:
            row = self._room_of_a_label(box) or (self._new_row() if box.has_text else self._crowded(box))
        self._put(box, row)

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
            return left < _MIN_LABEL_WIDTH, owner.priority, -left

        row = min(rows, key=loss)
        self._cut(row, box.x0 - GAP)
        return row

    def _cut(self, row: _Row, x: float) -> None:
        """End the row's last label before ``x``."""
        if row.owner is not None and row.owner.label_end > x and not row.owner.is_inside:
            row.owner.label = _fitting(row.owner.text, x - row.owner.label_x)

    def _crowded(self, box: Box) -> _Row:
        """The row whose last mark is nearest to its end: the marks overlap, unless the box may move."""
        row = min(self.rows, key=lambda row: row.mark_end)
        if row.owner is not None and row.owner.label_end + GAP > box.x0:
            row.owner.label = ""
        self._move(box, row, row.mark_end + 2)
        box.text = ""
        return row

    def _put(self, box: Box, row: _Row) -> None:
        box.row = self.rows.index(row)
        self._label(box, row)
        row.mark_end = max(row.mark_end, box.x1)
        row.owner = box if box.label else None

    def _label(self, box: Box, row: _Row) -> None:
        """Inside of the box, to its right, or if the drawing ends there to its left."""
        width = min(text_width(box.text, LABEL_SIZE), self.max_label_width)
        inside, right = box.x1 - box.x0 - 2 * NEAR, self.right - box.x1 - NEAR
        if not box.text:
            return
        if not box.has_text and inside >= min(width, _MIN_INSIDE) and (inside >= width or inside >= right):
            box.label, box.label_x, box.is_inside = shorten(box.text, LABEL_SIZE, inside), box.x0 + NEAR, True
            return
        if right < width and (left := box.x0 - NEAR - row.end - GAP) > right:
            box.label = _fitting(box.text, min(left, self.max_label_width))
            box.label_x = box.x0 - NEAR - text_width(box.label, LABEL_SIZE)
            return
        box.label, box.label_x = _fitting(box.text, min(right, self.max_label_width)), box.x1 + NEAR
        if not box.label and not box.has_text:
            box.label, box.label_x, box.is_inside = _fitting(box.text, inside), box.x0 + NEAR, True


def _fitting(text: str, width: float) -> str:
    return shorten(text, LABEL_SIZE, width) if width >= min(_MIN_LABEL_WIDTH, text_width(text, LABEL_SIZE)) else ""
