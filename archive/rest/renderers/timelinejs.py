"""TimelineJS renderer: the slides of a list, or of a dossier with its title."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from archive.bibliography.timelinejs import slide, slides, title_slide
from archive.rest.renderers.context import RenderContext, Rows


def render(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    head, separator = b'{"events":[', b""
    for row in (msgspec.json.decode(row) for rows in pages for row in rows):
        if "entries" in row:
            head = b'{"title":' + msgspec.json.encode(title_slide(row)) + b',"events":['
        for slide_row in slides(row):
            if (written := slide(slide_row, context.base_url)) is not None:
                yield head + separator + msgspec.json.encode(written)
                head, separator = b"", b",\n"
    yield head + b"]}"
