"""A mark's box in a row of a lane, with its label inside, after or before it."""

from __future__ import annotations

from dataclasses import dataclass

from archive.drawing.text_width import is_familiar, shorten, text_width

LABEL_SIZE = 12.5
#: Between a mark and its label, and between a label and the next mark.
NEAR, GAP = 5.0, 9.0
MIN_LABEL_WIDTH = 42


@dataclass(slots=True, eq=False)
class Box:
    """A mark that needs the room from ``x0`` to ``x1``; it may move to the right by ``slack``.

    ``bar_x0``: where its bar begins, if that is after ``x0``.

    ``has_text``: there is a text in the mark, so that it may not overlap another, and gets a row more if need be.

    After packing ``row`` is the number of its row, and ``label`` its text, if not empty, from ``label_x`` on.
    ``is_before``: the label ends at the mark.
    """

    x0: float
    x1: float
    text: str
    priority: int = 0
    slack: float = 0.0
    bar_x0: float | None = None
    has_text: bool = False
    row: int = 0
    label: str = ""
    label_x: float = 0.0
    label_width: float = 0.0
    is_inside: bool = False
    is_before: bool = False

    @property
    def label_end(self) -> float:
        return self.label_x + self.label_width

    @property
    def has_familiar_label(self) -> bool:
        return is_familiar(self.label)

    @property
    def start(self) -> float:
        """Where the mark, or a label before it, begins."""
        return min(self.x0, self.label_x) if self.label else self.x0

    @property
    def end(self) -> float:
        """Where the mark, or a label after it, ends."""
        return max(self.x1, self.label_end) if self.label else self.x1

    @property
    def is_complete(self) -> bool:
        return self.label == self.text

    @property
    def inside_x0(self) -> float:
        return (self.x0 if self.bar_x0 is None else self.bar_x0) + NEAR

    @property
    def inside_width(self) -> float:
        """The room for a label inside of it; none if the mark has a text of its own."""
        return 0.0 if self.has_text else self.x1 - NEAR - self.inside_x0

    def put_inside(self) -> None:
        self._set_label(_fitting(self.text, self.inside_width), self.inside_x0)
        self.is_inside = bool(self.label)

    def put_after(self, width: float) -> None:
        self._set_label(_fitting(self.text, width), self.x1 + NEAR)

    def put_before(self, width: float) -> None:
        label = _fitting(self.text, width)
        self._set_label(label, self.x0 - NEAR - text_width(label, LABEL_SIZE))
        self.is_before = bool(label)

    def remove_label(self) -> None:
        self._set_label("", 0.0)

    def _set_label(self, label: str, x: float) -> None:
        self.label, self.label_x, self.label_width = label, x, text_width(label, LABEL_SIZE)
        self.is_inside = self.is_before = False


def by_start(box: Box) -> tuple[float, float, int]:
    """The order in which boxes are placed."""
    return box.x0, -box.x1, -box.priority


def _fitting(text: str, width: float) -> str:
    return shorten(text, LABEL_SIZE, width) if width >= min(MIN_LABEL_WIDTH, text_width(text, LABEL_SIZE)) else ""
