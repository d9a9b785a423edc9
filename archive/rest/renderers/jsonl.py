"""JSON Lines: one record a line, as the database wrote it."""

from __future__ import annotations

from collections.abc import Iterator

from archive.rest.renderers.context import RenderContext, Rows


def write(told: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    for rows in pages:
        yield b"".join(bytes(row) + b"\n" for row in rows)
