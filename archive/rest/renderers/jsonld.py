"""JSON-LD renderer: a page of records as a graph in the vocabulary of schema.org."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from archive.bibliography.schema_org import document
from archive.rest.renderers.context import RenderContext, Rows


def render(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    rows = [msgspec.json.decode(row) for rows in pages for row in rows]
    yield msgspec.json.encode(document(context.collection, rows, context.base_url))
