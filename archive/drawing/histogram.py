"""A histogram of records by period, whose bars are links that choose a range of periods: a brush without a script."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from django.utils.translation import gettext, ngettext

from archive.drawing.elements import svg_text

#: Pixels: of the bars, and of all with the labels. Widths are parts of the page's, so that text is never squeezed.
_BARS, _HEIGHT = 64.0, 84.0
#: The largest part of the width for a bar with the space after it, and that of the space.
_MAX_BAR, _GAP = 6.0, 0.12
#: Labels beside each other at most, on a wide screen and on a phone.
_LABELS, _NARROW_LABELS = 20, 6
#: A label in this last part of the width ends with its bar, others begin with theirs.
_LAST = 5.0


@dataclass(frozen=True, slots=True)
class Period:
    """One bar: the period as a filter takes it, its label and short label, and how many records it has."""

    value: str
    label: str
    short: str
    count: float


def histogram_svg(
    periods: Sequence[Period], label: str, chosen: tuple[int, int] | None, href: Callable[[int, int], str], reset: str
) -> str:
    """The SVG of at least one period. ``chosen`` are the numbers of the first and last chosen bar.

    ``href`` is the address for a range of bars, ``reset`` that for none. A bar outside of the chosen ones extends them,
    one inside is chosen alone, and the only chosen one leads to ``reset``.
    """
    root = Element(
        "svg",
        {
            "xmlns": "http://www.w3.org/2000/svg", "class": "histogram", "width": "100%", "height": f"{_HEIGHT:.0f}",
            "role": "group", "aria-label": label,
        },
    )  # fmt: skip
    step = width = min(100 / len(periods), _MAX_BAR)
    highest = max(period.count for period in periods) or 1
    every, narrow = (-(-len(periods) // labels) for labels in (_LABELS, _NARROW_LABELS))
    narrow = -(-narrow // every) * every
    for number, period in enumerate(periods):
        is_chosen = chosen is not None and chosen[0] <= number <= chosen[1]
        target, action = _target(number, chosen, href, reset)
        text = f"{period.label}: {_records(period.count)}"
        text = gettext("{text}, chosen").format(text=text) if is_chosen else text
        # Without records it leads nowhere, unless it begins or ends a chosen period.
        leads = bool(period.count or chosen)
        bar = SubElement(root, "a", {
            **({"href": target} if leads else {}), "id": f"bar-{period.value}",
            "class": "bar chosen" if is_chosen else "bar",
        })  # fmt: skip
        # The title also names the link for screen readers.
        SubElement(bar, "title").text = f"{text}. {action}" if leads else text
        x = number * step
        # As high as all bars: ``lists.css`` has that height, which would otherwise be repeated for each of a hundred.
        _rect(bar, "hit", x, width)
        if period.count:
            height = max(2.0, _BARS * period.count / highest)
            column = _rect(bar, "column", x, width * (1 - _GAP))
            column.set("y", f"{_BARS - height:.1f}")
            column.set("height", f"{height:.1f}")
        if number % every == 0:
            name = "tick-label" if number % narrow == 0 else "tick-label wide"
            caption = {"x": f"{x:.2f}%", "y": f"{_BARS + 15:.0f}", "class": name, "aria-hidden": "true"}
            if x > 100 - _LAST:
                caption |= {"x": f"{x + width:.2f}%", "text-anchor": "end"}
            SubElement(root, "text", caption).text = period.short
    SubElement(
        root,
        "line",
        {"x1": "0", "x2": f"{len(periods) * step:g}%", "y1": f"{_BARS:.0f}", "y2": f"{_BARS:.0f}", "class": "base"},
    )
    return svg_text(root)


def _target(
    number: int, chosen: tuple[int, int] | None, href: Callable[[int, int], str], reset: str
) -> tuple[str, str]:
    """Where a bar leads, and what that does."""
    if chosen is None:
        return href(number, number), gettext("Choose it.")
    first, last = chosen
    if number < first:
        return href(number, last), gettext("Begin there.")
    if number > last:
        return href(first, number), gettext("End there.")
    return (reset, gettext("Choose none.")) if first == last else (href(number, number), gettext("Choose it alone."))


def _records(count: float) -> str:
    return ngettext("{count} record", "{count} records", round(count)).format(count=f"{count:g}")


def _rect(parent: Element, name: str, x: float, width: float) -> Element:
    return SubElement(parent, "rect", {"class": name, "x": f"{x:.2f}%", "width": f"{width:.2f}%"})
