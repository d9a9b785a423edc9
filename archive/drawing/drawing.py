"""The laid-out drawing: what stands where, in pixels from the top left corner. It says nothing of colours."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from archive.drawing.scale import Axis, Scale

Kind = Literal["event", "statement", "cluster", "measure", "good", "term", "nominee"]


@dataclass(frozen=True, slots=True)
class Links:
    """Functions that return addresses: of a record by kind and slug, and of the records of a period."""

    record: Callable[[str, str], str]
    period: Callable[[date, date], str]


@dataclass(frozen=True, slots=True)
class Label:
    """A text from ``x`` on, at most ``width`` wide, on the line whose middle is ``y``.

    ``is_fixed``: set to exactly this width. ``is_at_end``: where it is narrower, it stands at the end of its room.
    """

    text: str
    x: float
    y: float
    width: float
    is_fixed: bool = False
    is_at_end: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The days of a mark: from ``x0`` to ``x1``, of which ``sure_x0`` to ``sure_x1`` are certain.

    ``opens``, ``closes``: whether it has a start and an end; without, it fades out. ``is_cut_before`` and
    ``is_cut_after``: whether there are more days before or after the drawing.
    """

    x0: float
    x1: float
    sure_x0: float | None = None
    sure_x1: float | None = None
    opens: bool = True
    closes: bool = True
    is_cut_before: bool = False
    is_cut_after: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a measure: a notch in its bar."""

    x: float
    title: str
    slug: str
    phase: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A record, a cluster of records or a measure.

    ``is_point``: its day is known. ``side``: the number of its lane's side, 0 for none. ``is_repeated``: the record has
    another mark that stands for it, or a link in a list of the page. ``is_echo``: whose lane it is does not act in it,
    and another lane has its full mark. ``sort``: by this marks are in the order of time. ``count``: of the records of a
    cluster.
    """

    kind: Kind
    slug: str
    name: str
    when: str
    title: str
    href: str
    side: int
    span: Span
    is_point: bool
    is_approximate: bool
    is_uncertain: bool
    sort: tuple[int, int, str]
    y: float = 0.0
    classification: str = ""
    count: int = 1
    is_repeated: bool = False
    is_echo: bool = False
    label: Label | None = None
    steps: tuple[Step, ...] = ()

    @property
    def x(self) -> float:
        return (self.span.x0 + self.span.x1) / 2


@dataclass(frozen=True, slots=True)
class Lane:
    """A horizontal part of the drawing, with its heading above its marks, a link if it has an address.

    ``name`` is that of its heading, which may be shortened there; ``language`` is set if it is not that of the page.
    """

    name: str
    title: Label | None
    side: int
    y0: float
    y1: float
    href: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Arrow:
    """A relation, from what came first to what followed; ``has_head`` is false if neither followed the other."""

    kind: str
    title: str
    x0: float
    y0: float
    x1: float
    y1: float
    has_head: bool
    slugs: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Drawing:
    """All of it; ``marks`` are in the order of time."""

    width: float
    height: float
    scale: Scale
    axis: Axis
    lanes: tuple[Lane, ...]
    marks: tuple[Mark, ...]
    arrows: tuple[Arrow, ...]
