"""The forms in which lists and records are given, by their names in ``format``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer

from archive.exceptions import ArchiveError, Problem
from archive.media_types import preferred
from archive.rest import linked
from archive.rest.query_params import single_value
from archive.rest.renderers import atom, csv, ics, jsonl
from archive.rest.renderers.context import RenderContext, Rows
from archive.sql.suggestions import suggest_word


@dataclass(frozen=True, slots=True)
class Format:
    """A form: its media type, how it is written, and what may be asked of it."""

    name: str
    media: str
    write: Callable[[RenderContext, Iterator[Rows]], Iterator[bytes]]
    #: The fields that it is made of; none where the asker chooses by ``fields`` and ``include``.
    made_of: dict[str, tuple[str, ...]] | None = None
    #: Whether it gives the whole list, streamed, and not a page.
    is_whole: bool = True
    #: Whether it is a file to keep, not something to look at.
    is_file: bool = False
    #: The order of a list that asks for none; the list's own where empty.
    order: str = ""
    #: Whether single records are given in it too.
    for_records: bool = True

    def offers(self, collection: str) -> bool:
        return self.made_of is None or collection in self.made_of


FORMATS = {
    one.name: one
    for one in (
        Format("jsonl", "application/jsonl", jsonl.write),
        Format("csv", "text/csv; charset=utf-8; header=present", csv.write, is_file=True),
        Format("jsonld", "application/ld+json", linked.write, linked.FIELDS, is_whole=False),
        Format(
            "atom",
            "application/atom+xml; charset=utf-8",
            atom.write,
            atom.FIELDS,
            is_whole=False,
            order="-updated_at",
            for_records=False,
        ),
        Format("ics", "text/calendar; charset=utf-8", ics.write, ics.FIELDS, is_file=True),
    )
}


@cache
def format_names(collection: str, of_record: bool = False) -> list[str]:
    """The formats of a collection's list, or of its records."""
    found = [one.name for one in FORMATS.values() if one.offers(collection) and (one.for_records or not of_record)]
    return ["json", *found]


class FormatRenderer(BaseRenderer):
    """A format as content negotiation chooses it. The view writes the answer; what DRF renders are errors, in JSON."""

    def __init__(self, offered: Format) -> None:
        self.media_type, self.format = offered.media, offered.name

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        return JSONRenderer().render(data)


@cache
def offered_renderers(collection: str, of_record: bool = False) -> tuple[BaseRenderer, ...]:
    """All that an address offers, JSON first."""
    offered = (FORMATS[name] for name in format_names(collection, of_record) if name in FORMATS)
    return (JSONRenderer(), *(FormatRenderer(one) for one in offered))


def prefers_json(accept: str, collection: str, of_record: bool = False) -> bool:
    """Whether JSON answers an ``Accept`` header where no format is given."""
    media_types = tuple(str(one.media_type) for one in offered_renderers(collection, of_record))
    return accept in ("*/*", media_types[0]) or preferred(accept, media_types) == media_types[0]


def requested_format(asked: Any, collection: str, of_record: bool = False, negotiated: str = "json") -> Format | None:
    """The format asked for, else the negotiated one; None for JSON.

    Raises ArchiveError: unknown, or with parameters that it does not take.
    """
    name = single_value(asked, "format") or negotiated
    known = format_names(collection, of_record)
    if name not in known:
        raise ArchiveError([Problem("format", name[:64], f"one of {', '.join(known)}", suggest_word(name, known))])
    form = FORMATS.get(name)
    _check_bom(single_value(asked, "bom"), name)
    if form is None:
        return None
    refused = [*(("cursor", "count") if form.is_whole else ()), *(("fields", "include") if form.made_of else ())]
    problems = [
        Problem(one, asked[one][:64], f"it left out: with format={name} {_refusal_reason(one)}")
        for one in refused
        if asked.get(one)
    ]
    if problems:
        raise ArchiveError(problems)
    return form


def _check_bom(text: str | None, form: str) -> None:
    """Refuse ``bom`` for what is no table, and what is neither true nor false. Raises ArchiveError."""
    if text is not None and (text not in ("true", "false") or form != "csv"):
        raise ArchiveError([Problem("bom", text[:64], "true or false, with format=csv")])


def _refusal_reason(parameter: str) -> str:
    if parameter in ("cursor", "count"):
        return "the whole list is given"
    return "the fields are given by the format"
