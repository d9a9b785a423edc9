"""Renderers of the citation formats: BibTeX, RIS and CSL-JSON."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from archive.bibliography.bibtex import bibtex_entry
from archive.bibliography.csl import csl_item
from archive.bibliography.items import Item, read_item
from archive.bibliography.ris import ris_record
from archive.rest.renderers.context import RenderContext, Rows


def render_bibtex(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    for items in _items(context, pages):
        yield "\n".join(map(bibtex_entry, items)).encode()


def render_ris(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    for items in _items(context, pages):
        yield "".join(map(ris_record, items)).encode()


def render_csl(context: RenderContext, pages: Iterator[Rows]) -> Iterator[bytes]:
    """An array, also of one record: that is the form of CSL-JSON."""
    separator = b"["
    for items in _items(context, pages):
        for item in items:
            yield separator + msgspec.json.encode(csl_item(item))
            separator = b",\n"
    yield b"[]" if separator == b"[" else b"]"


def _items(context: RenderContext, pages: Iterator[Rows]) -> Iterator[list[Item]]:
    for rows in pages:
        yield [read_item(context.collection, msgspec.json.decode(row), context.base_url) for row in rows]
