"""Overlapping texts of drawings, and texts that are cut although there is room, by the layout and in a browser."""

from __future__ import annotations

from itertools import combinations

from archive.drawing import Drawing
from archive.drawing.boxes import GAP, LABEL_SIZE, NEAR
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

#: Names that are cut in the page's drawing although their row has room for them, with a quarter more than the browser
#: needs, since the server estimates widths; names in scripts that it can only guess are left out.
NEEDLESSLY_CUT = """() => {
  const all = (element, selector) => [...element.querySelectorAll(selector)];
  const names = new Map(all(document, ".drawn-list li a").map((a) => [a.getAttribute("href"), a.textContent]));
  const frame = document.querySelector(".timeline-drawing").getBoundingClientRect();
  const context = document.createElement("canvas").getContext("2d");
  const marks = all(document, ".timeline-drawing .mark").map((mark) => {
    const text = mark.querySelector(".name");
    const shapes = all(mark, "rect, circle, path, line").map((shape) => shape.getBoundingClientRect());
    const left = Math.min(...shapes.map((box) => box.left));
    const own = { left, right: Math.max(...shapes.map((box) => box.right)) };
    const box = text?.getBoundingClientRect();
    return {
      text, own, y: (shapes[0].top + shapes[0].bottom) / 2, name: names.get(mark.getAttribute("href")) ?? "",
      left: Math.min(own.left, box?.left ?? own.left), right: Math.max(own.right, box?.right ?? own.right),
    };
  });
  return marks.filter((mark) => mark.text?.textContent.endsWith("…")).filter((mark) => {
    const beginning = mark.text.textContent.slice(0, -1);
    const name = mark.name.slice(mark.name.indexOf(beginning));
    if (!mark.name.includes(beginning) || !/^[\\x20-\\x7e]*$/.test(name)) return false;
    context.font = getComputedStyle(mark.text).font;
    const needed = context.measureText(name).width * 1.25 + 16;
    const others = marks.filter((other) => other !== mark && Math.abs(other.y - mark.y) < 8);
    const later = others.filter((other) => other.right > mark.own.right).map((other) => other.left);
    const earlier = others.filter((other) => other.left < mark.own.left).map((other) => other.right);
    const after = Math.min(frame.right, ...later);
    const before = Math.max(frame.left, ...earlier);
    return after - mark.own.right > needed || mark.own.left - before > needed;
  }).map((mark) => `${mark.text.textContent} | ${mark.name}`);
}"""


def text_boxes(drawing: Drawing) -> list[tuple[float, float, float, float]]:
    """The boxes of labels, headings and counts, as the layout estimates them."""
    labels = [mark.label for mark in drawing.marks if mark.label] + [lane.title for lane in drawing.lanes if lane.title]
    boxes = [(label.x, label.y - ROW / 2 + 1, label.x + label.width, label.y + ROW / 2 - 1) for label in labels]
    counts = [
        (mark.x, mark.y, text_width(f"{mark.count:,}", 12) / 2) for mark in drawing.marks if mark.kind == "cluster"
    ]
    return boxes + [(x - half, y - ROW / 2 + 1, x + half, y + ROW / 2 - 1) for x, y, half in counts]


def needlessly_cut(drawing: Drawing) -> list[str]:
    """The names that are cut or missing although the row of the mark has room for them, as the layout estimates it."""
    left, right = drawing.scale.left, drawing.scale.right
    names = []
    for mark in drawing.marks:
        if mark.is_repeated or not mark.name or (mark.label and mark.label.text == mark.name):
            continue
        row = [other for other in drawing.marks if other is not mark and abs(other.y - mark.y) < 1]
        starts = [min(other.span.x0, other.label.x if other.label else other.span.x0) for other in row
                  if other.span.x1 > mark.span.x0]  # fmt: skip
        ends = [max(other.span.x1, other.label.x + other.label.width if other.label else 0) for other in row
                if other.span.x0 < mark.span.x1]  # fmt: skip
        needed = text_width(mark.name, LABEL_SIZE) + NEAR
        after = min([right, *(start - GAP for start in starts)]) - mark.span.x1
        before = mark.span.x0 - max([left, *(end + GAP for end in ends)])
        if max(after, before) > needed + 0.1:
            names.append(mark.name)
    return names


def overlapping_texts(drawing: Drawing) -> list[tuple[tuple[float, ...], tuple[float, ...]]]:
    """Pairs of text boxes that overlap."""
    return [pair for pair in combinations(text_boxes(drawing), 2) if _overlaps(*pair)]


def _overlaps(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
