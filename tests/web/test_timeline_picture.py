"""The timeline as a PNG: the drawing of the SVG file with its text, of bounded size and cost."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest
from django.test import Client

from archive.drawing import png
from archive.drawing.plain_style import plain_style
from archive.drawing.png import MAX_PIXELS, PictureError, can_draw_text, drawing_png, picture_scale
from archive.web.timeline_files import _plain_style
from tests.web.test_pages import text_of

JULY = "/timeline.png?from=2019-07&to=2019-08"
SQUARE = '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><rect width="10" height="10" fill="{}"/></svg>'


def size_of(picture: bytes) -> tuple[int, int]:
    assert picture[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


def first_pixel(picture: bytes) -> tuple[int, ...]:
    """Red, green, blue, opacity of the top left pixel."""
    begin = picture.index(b"IDAT")
    [length] = struct.unpack(">I", picture[begin - 4 : begin])
    return tuple(zlib.decompressobj().decompress(picture[begin + 4 : begin + 4 + length])[1:5])


@pytest.mark.usefixtures("dossier")
@pytest.mark.django_db
def test_the_picture_has_twice_the_size_of_the_drawing() -> None:
    response = Client().get(f"{JULY}&width=500")
    if not can_draw_text():
        assert response.status_code == 501
        return
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    svg = Client().get(f"{JULY.replace('png', 'svg')}&width=500").content.decode()
    width, height = size_of(response.content)
    assert width == 1000
    assert f'viewBox="0 0 500 {height // 2}"' in svg
    assert len(response.content) > 40_000  # with names; a drawing without is a third of it


@pytest.mark.usefixtures("dossier")
@pytest.mark.django_db
def test_it_is_cached_like_the_svg(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.ANSWER_CACHE_BYTES = 10_000_000
    drawn: list[str] = []
    monkeypatch.setattr("archive.web.timeline_files.can_draw_text", lambda: True)
    monkeypatch.setattr("archive.web.timeline_files.drawing_png", lambda svg, *size: drawn.append(svg) or b"picture")
    client = Client()
    first, second = client.get(JULY), client.get(JULY)
    assert first.content == second.content == b"picture"
    assert client.get(JULY, headers={"if-none-match": first["ETag"]}).status_code == 304
    assert len(drawn) == 1
    assert "var(" not in drawn[0]


@pytest.mark.usefixtures("dossier")
@pytest.mark.django_db
def test_what_cannot_be_drawn_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> bytes:
        raise PictureError("too slow")

    monkeypatch.setattr("archive.web.timeline_files.can_draw_text", lambda: True)
    refused = Client().get("/timeline.png?from=nonsense")
    assert refused.status_code == 400
    assert "from: got 'nonsense'" in text_of(refused)
    assert Client().get("/timeline.png?from=1801&to=1802&q=xyzzy").status_code in (200, 404)
    monkeypatch.setattr("archive.web.timeline_files.drawing_png", fail)
    busy = Client().get(JULY)
    assert (busy.status_code, busy["Retry-After"]) == (503, "30")
    assert "too busy to draw the picture" in text_of(busy)
    monkeypatch.setattr("archive.web.timeline_files.can_draw_text", lambda: False)
    assert "has no fonts" in text_of(Client().get(JULY))


@pytest.mark.parametrize("size", [(280, 60), (990, 700), (4000, 700), (4000, 40_000)])
def test_no_picture_has_more_pixels_than_the_limit(size: tuple[int, int]) -> None:
    scale = picture_scale(*size)
    assert 0 < scale <= 2
    assert size[0] * scale * size[1] * scale <= MAX_PIXELS * 1.001


def test_an_svg_is_drawn_in_a_process_of_its_own() -> None:
    picture = drawing_png(SQUARE.format("#123456"), 10, 10)
    assert size_of(picture) == (20, 20)
    assert first_pixel(picture) == (0x12, 0x34, 0x56, 0xFF)


def test_a_failure_of_the_renderer_is_an_error_of_the_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(PictureError, match="10 by 10 pixels was not drawn"):
        drawing_png("<svg", 10, 10)
    monkeypatch.setattr(png, "TIMEOUT", 0.001)
    with pytest.raises(PictureError, match="timed out"):
        drawing_png(SQUARE.format("red"), 10, 10)
    assert png._turn.acquire(timeout=1)
    try:
        with pytest.raises(PictureError, match="A picture before this one"):
            drawing_png(SQUARE.format("red"), 10, 10)
    finally:
        png._turn.release()


def test_the_style_has_values_in_place_of_properties() -> None:
    css = """/* .a { --no: 1; } */ :root { --ink: light-dark(#111, #eee); --line: var(--ink); --w: .5rem; }
    .a .x, .b { stroke: var(--line); width: var(--w); } .a:hover { fill: red; } .c { fill: blue; }
    @media print { .a .x { fill: none; } }"""
    assert plain_style(css, ".a") == ".a .x, .b { stroke: #111; width: .5rem; }"
    assert "stroke: #eee" in plain_style(css, ".a", is_dark=True)
    with pytest.raises(ValueError, match=r"got var\(--none\), expected a custom property that it sets"):
        plain_style(".a { fill: var(--none); }", ".a")


def test_the_style_of_drawings_needs_nothing_that_resvg_lacks() -> None:
    style = _plain_style()
    assert ".timeline-drawing .side-1 { color: #1f5f8b; }" in style
    for word in ("var(", "light-dark(", "color-mix(", "calc(", "--", "@media", ":hover", ":is("):
        assert word not in style
