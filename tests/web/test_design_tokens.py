"""The contrasts that docs/design.md names are those of the colours in tokens.css."""

from __future__ import annotations

import re

import pytest

from tests.support import docs_blocks as docs

#: Property -> its colours, light and dark.
COLOURS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--([\w-]+): light-dark\(#(\w{6}), #(\w{6})\)", docs.read("archive/static/archive/tokens.css")
    )
}
SURFACES = ("paper", "raised", "sunk")
#: Background -> the colours of the text on it.
NOTICES = {"good-bg": "good", "warn-bg": "warn", "bad-bg": "bad", "mark-bg": "ink", "brand": "on-brand"}


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    values = [int(colour[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str, theme: int) -> float:
    """The contrast of two properties in a theme: 0 is light, 1 is dark."""
    low, high = sorted(luminance(COLOURS[name][theme]) for name in (first, second))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("heading", ["Colour", "Sides of a timeline"])
def test_the_documented_contrasts_are_those_of_the_colours(heading: str) -> None:
    rows = docs.table("docs/design.md", heading)
    assert len(rows) >= 6
    for row in rows:
        name = re.findall(r"`--([\w-]+)`", " ".join(row))[0]
        rendered = [float(cell) for cell in row[-2:]]
        assert rendered == [round(contrast(name, "paper", theme), 1) for theme in (0, 1)], name


@pytest.mark.parametrize("theme", [0, 1])
def test_text_is_readable_on_every_surface(theme: int) -> None:
    texts = ("ink", "ink-quiet", "link-ink", "link-strong", "seal", "good", "warn", "bad")
    pairs = [(text, surface) for text in texts for surface in SURFACES]
    pairs += [(text, surface) for surface, text in NOTICES.items()]
    assert {pair: contrast(*pair, theme) for pair in pairs if contrast(*pair, theme) < 4.5} == {}
    assert min(contrast(text, "paper", theme) for text in ("ink", "ink-quiet", "link-ink")) >= 7


@pytest.mark.parametrize("theme", [0, 1])
def test_borders_of_fields_and_the_focus_can_be_seen(theme: int) -> None:
    assert min(contrast(name, surface, theme) for name in ("edge", "focus") for surface in SURFACES) >= 3
