"""The legend of a drawn timeline: the signs that it has, each with its meaning."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext

from archive.drawing.drawing import Drawing


class Sign(NamedTuple):
    """A class of ``timeline.css`` that draws a sign, and its meaning."""

    name: str
    text: str


def legend_of(drawing: Drawing) -> list[Sign]:
    """The signs of the drawing, and none that it does not have."""
    marks = drawing.marks
    spans = [mark for mark in marks if not mark.is_point and mark.kind != "cluster"]
    steps = [(mark, mark.steps[0]) for mark in marks if mark.steps]
    arrows = {arrow.kind for arrow in drawing.arrows}
    signs = (
        ("key-event", gettext("event"), any(mark.kind == "event" for mark in marks)),
        ("key-statement", gettext("statement"), any(mark.kind == "statement" for mark in marks)),
        ("key-echo", gettext("target or host of an event, not its actor"), any(mark.is_echo for mark in marks)),
        ("key-measure", gettext("measure or several days"), any(mark.span.sure_x0 is not None for mark in spans)),
        ("key-vague", gettext("day not known"), any(_is_vague(mark.span.x0, mark.span.sure_x0) for mark in spans)),
        ("key-fading", gettext("start or end not known, or ongoing"),
         any(not (mark.span.opens and mark.span.closes) for mark in spans)),
        ("key-step", gettext("step of a measure"), bool(steps)),
        ("key-before", gettext("announced, not yet in force"), any(step.x < mark.span.x0 for mark, step in steps)),
        ("key-cluster", gettext("several records: select to zoom in"), any(mark.kind == "cluster" for mark in marks)),
        ("arrow-plain", gettext("what followed: response, reversal, sequel"), bool(arrows & _PLAIN)),
        ("arrow-strong", gettext("retaliation"), "retaliates_for" in arrows),
        ("arrow-dashed", gettext("announcement and implementation"), bool(arrows & _DASHED)),
        ("arrow-dotted", gettext("other relation"), bool(arrows - _PLAIN - _DASHED - {"retaliates_for"})),
    )  # fmt: skip
    return [Sign(name, text) for name, text, is_drawn in signs if is_drawn]


_PLAIN = {"responds_to", "reverses", "amends", "follows"}
_DASHED = {"announces", "implements"}


def _is_vague(x0: float, sure_x0: float | None) -> bool:
    return sure_x0 is None or sure_x0 > x0
