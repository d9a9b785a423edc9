"""JSON Lines renderer: one record a line, in the JSON that the database returned."""

from __future__ import annotations

from collections.abc import Iterator

from archive.rest.renderers.context import RenderContext, Rows


def render(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    for rows in pages:
        yield b"".join(bytes(row) + b"\n" for row in rows)
