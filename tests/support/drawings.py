"""Overlapping texts of drawings, as the layout places them and as a browser does."""

from __future__ import annotations

from itertools import combinations

from archive.drawing import Drawing
from archive.drawing.layout import ROW
from archive.drawing.text_width import text_width

#: Pairs of texts of the page's drawings whose boxes overlap, as the browser has laid them out, and texts outside of it.
OVERLAPS = """() => [...document.querySelectorAll(".timeline-drawing")].flatMap((drawing) => {
  const frame = drawing.getBoundingClientRect();
  const boxes = [...drawing.querySelectorAll("text")].map((text) => ({ text, box: text.getBoundingClientRect() }));
  boxes.sort((left, right) => left.box.left - right.box.left);
  const wrong = [];
  boxes.forEach(({ text, box }, index) => {
    if (box.left < frame.left - 1 || box.right > frame.right + 1) wrong.push(`outside: ${text.textContent}`);
    for (const other of boxes.slice(index + 1)) {
      if (other.box.left >= box.right - 0.5) break;
      const over = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
      if (over > 3) wrong.push(`${text.textContent} | ${other.text.textContent}`);
    }
  });
  return wrong;
})"""


def text_boxes(drawing: Drawing) -> list[tuple[float, float, float, float]]:
    """The boxes of labels, headings and counts, as the layout estimates them."""
    labels = [mark.label for mark in drawing.marks if mark.label] + [lane.title for lane in drawing.lanes if lane.title]
    boxes = [(label.x, label.y - ROW / 2 + 1, label.x + label.width, label.y + ROW / 2 - 1) for label in labels]
    counts = [
        (mark.x, mark.y, text_width(f"{mark.count:,}", 12) / 2) for mark in drawing.marks if mark.kind == "cluster"
    ]
    return boxes + [(x - half, y - ROW / 2 + 1, x + half, y + ROW / 2 - 1) for x, y, half in counts]


def overlapping_texts(drawing: Drawing) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Pairs of text boxes that overlap."""
    return [pair for pair in combinations(text_boxes(drawing), 2) if _overlaps(*pair)]


def _overlaps(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
