"""The registry of response formats besides JSON, and the renderers for content negotiation."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

from archive.bibliography.nodes import item_node
from archive.bibliography.schema_org import DESCRIBED, schema_org_node
from archive.bibliography.timelinejs import timeline_node
from archive.media_types import preferred
from archive.registry import page_names
from archive.rest.query_params import Selection, parse_selection
from archive.rest.renderers import atom, citations, csv, ics, jsonl, jsonld, timelinejs
from archive.rest.renderers.context import RenderContext, Rows
from archive.rest.serializers import SERIALIZERS
from archive.sql import query_tree


@dataclass(frozen=True, slots=True)
class Format:
    """A response format: its media type, its renderer, and the parameters that it supports."""

    name: str
    media_type: str
    render: Callable[[RenderContext, Iterator[Rows]], Iterator[bytes]]
    #: Collection -> its fixed fields; None if ``fields`` and ``include`` select them, or ``node`` does.
    fixed_fields: dict[str, tuple[str, ...]] | None = None
    #: From a model to the fixed query tree of its rows; None if fields are selected.
    node: Callable[[Any], query_tree.Object] | None = None
    #: The collections that have it; None for all, or those of ``fixed_fields``.
    collections: tuple[str, ...] | None = None
    #: Collections that have it for single records only.
    detail_collections: tuple[str, ...] = ()
    #: Whether it streams the complete list instead of a page.
    is_streamed: bool = True
    #: Whether browsers save it as a file (Content-Disposition: attachment).
    is_file: bool = False
    #: Its default order; empty for that of the list.
    default_order: str = ""
    #: Whether it renders single records too.
    has_details: bool = True

    #: The extension of the file's name, if it is not ``name``.
    extension: str = ""

    def offers(self, collection: str, is_detail: bool) -> bool:
        """Whether a collection's list, or a record of it, has the format."""
        if is_detail and not self.has_details:
            return False
        if is_detail and collection in self.detail_collections:
            return True
        offered = self.fixed_fields if self.collections is None else self.collections
        return offered is None or collection in offered

    @property
    def has_fixed_fields(self) -> bool:
        return self.fixed_fields is not None or self.node is not None

    def selection(self, collection: str) -> Selection | None:
        """The fixed selection of a collection's fields; None if ``fields`` and ``include`` select them."""
        serializer = SERIALIZERS[collection]
        if self.node is not None:
            return Selection(None, (), self.node(serializer.Meta.model))  # type: ignore[attr-defined]
        if self.fixed_fields is None:
            return None
        paths = self.fixed_fields[collection]
        return parse_selection(
            serializer, ",".join(paths), ",".join(name for name in serializer.parts if name in paths)
        )


#: What is cited is a record with a page.
_CITATIONS: Any = {"node": item_node, "collections": tuple(page_names().values()), "is_file": True}
FORMATS = {
    output_format.name: output_format
    for output_format in (
        Format("jsonl", "application/jsonl", jsonl.render),
        Format("csv", "text/csv; charset=utf-8; header=present", csv.render, is_file=True),
        Format(
            "jsonld",
            "application/ld+json",
            jsonld.render,
            node=schema_org_node,
            collections=DESCRIBED,
            is_streamed=False,
        ),
        Format(
            "atom",
            "application/atom+xml; charset=utf-8",
            atom.render,
            atom.FIELDS,
            is_streamed=False,
            default_order="-updated_at",
            has_details=False,
        ),
        Format("ics", "text/calendar; charset=utf-8", ics.render, ics.FIELDS, is_file=True),
        Format("bibtex", "application/x-bibtex; charset=utf-8", citations.render_bibtex, extension="bib", **_CITATIONS),
        Format("ris", "application/x-research-info-systems; charset=utf-8", citations.render_ris, **_CITATIONS),
        Format("csl", "application/vnd.citationstyles.csl+json", citations.render_csl, extension="json", **_CITATIONS),
        Format(
            "timelinejs",
            "application/vnd.timelinejs+json",
            timelinejs.render,
            node=timeline_node,
            collections=("events", "measures", "statements"),
            detail_collections=("dossiers",),
        ),
    )
}


@cache
def format_names(collection: str, is_detail: bool = False) -> list[str]:
    """The names of the formats of a collection's list, or of its records."""
    offered = [output_format for output_format in FORMATS.values() if output_format.offers(collection, is_detail)]
    return ["json", *(output_format.name for output_format in offered)]


class FormatRenderer(BaseRenderer):
    """A format for DRF's content negotiation. The view renders the response itself; DRF renders errors, as JSON."""

    def __init__(self, output_format: Format) -> None:
        self.media_type, self.format = output_format.media_type, output_format.name

    def render(self, data: object, accepted_media_type: str | None = None, renderer_context: object = None) -> Any:
        return JSONRenderer().render(data)


@cache
def offered_renderers(collection: str, is_detail: bool = False) -> tuple[BaseRenderer, ...]:
    """The renderers of a list or detail view, JSON first."""
    offered = (FORMATS[name] for name in format_names(collection, is_detail) if name in FORMATS)
    return (JSONRenderer(), *(FormatRenderer(output_format) for output_format in offered))


def prefers_json(accept: str, collection: str, is_detail: bool = False) -> bool:
    """Whether ``Accept`` selects JSON in a request without ``format``."""
    media_types = tuple(str(renderer.media_type) for renderer in offered_renderers(collection, is_detail))
    return accept in ("*/*", media_types[0]) or preferred(accept, media_types) == media_types[0]
