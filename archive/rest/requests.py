"""Requests for a list or a record, parsed from the query string and shared by the views and the fast path.

A parsed request reads its JSON for a user; the view renders other formats.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from archive.exceptions import ArchiveError, Problem
from archive.filters.fields import parse_past_moment
from archive.filters.prepared_query import Params
from archive.rest.as_of import MAX_SLUGS, as_of_json, as_of_list_json
from archive.rest.query_params import Selection, parse_selection, reject_unknown, single
from archive.rest.reads import ListQuery, detail_json, list_json, parse_list_query
from archive.rest.renderers.formats import FORMATS, Format, format_names
from archive.rest.serializers import SERIALIZERS
from archive.text import boolean, closest_match
from archive.visibility import Viewer

PAST_LIST_PARAMS = ("slug", "as_of", "fields", "include", "format", "bom")
DETAIL_PARAMS = ("fields", "include", "as_of", "format", "bom")


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A request for a list. ``output_format`` is None for JSON."""

    query: ListQuery
    output_format: Format | None
    #: The ``limit`` of the query string; a format without one renders the complete list.
    limit: int | None

    @property
    def collection(self) -> str:
        return self.query.collection

    @property
    def view(self) -> str:
        return f"rest:{self.collection}-list"

    def json(self, user: Viewer) -> tuple[bytes, str | None]:
        """The list's JSON; it has no record validator. Raises as ``list_json`` does."""
        return list_json(self.query, user), None


@dataclass(frozen=True, slots=True)
class PastListRequest:
    """A request for some records as they were at a moment."""

    collection: str
    slugs: tuple[str, ...]
    selection: Selection
    as_of: datetime
    output_format: None = None

    @property
    def view(self) -> str:
        return f"rest:{self.collection}-list"

    def json(self, user: Viewer) -> tuple[bytes, str | None]:
        """The list's JSON. Raises as ``as_of_list_json`` does."""
        return as_of_list_json(self.collection, self.slugs, self.selection, self.as_of, user), None


@dataclass(frozen=True, slots=True)
class DetailRequest:
    """A request for a record, with ``as_of`` as it was then. ``output_format`` is None for JSON."""

    collection: str
    slug: str
    selection: Selection
    output_format: Format | None
    as_of: datetime | None = None

    @property
    def view(self) -> str:
        return f"rest:{self.collection}-detail"

    def json(self, user: Viewer) -> tuple[bytes, str | None]:
        """The record's JSON and validator; a past state has no validator. Raises as ``detail_json`` does."""
        if self.as_of is not None:
            return as_of_json(self.collection, self.slug, self.selection, self.as_of, user), None
        validator, content = detail_json(self.collection, self.slug, self.selection, user)
        return content, validator


def parse_list(collection: str, params: Params, url: str, negotiated: str = "json") -> ListRequest | PastListRequest:
    """The request for the list at ``url``; ``negotiated`` is the format that ``Accept`` selects.

    Raises ArchiveError for unknown and invalid parameters; values of filters are checked when the list is read.
    """
    output_format, selection = _parse_representation(collection, params, False, negotiated)
    if past := _parse_past_list(collection, params, output_format, selection):
        return past
    default_order = output_format.default_order if output_format else ""
    query = parse_list_query(collection, params, selection, url, default_order)
    if output_format and query.facets:
        raise ArchiveError(
            [Problem("facets", ", ".join(query.facets.by)[:64], "no facets with this format; JSON has them")]
        )
    has_limit = any(text.strip() for text in params.get("limit", ()))
    return ListRequest(query, output_format, query.limit if has_limit else None)


def parse_detail(collection: str, slug: str, params: Params, negotiated: str = "json") -> DetailRequest:
    """The request for the record with this slug. Raises ArchiveError for unknown and invalid parameters."""
    reject_unknown([name for name in params if name not in DETAIL_PARAMS], list(DETAIL_PARAMS))
    output_format, selection = _parse_representation(collection, params, True, negotiated)
    return DetailRequest(collection, slug, selection, output_format, _parse_as_of(params, output_format))


def _parse_past_list(
    collection: str, params: Params, output_format: Format | None, selection: Selection
) -> PastListRequest | None:
    """The request for a list with ``as_of``; None without. Raises ArchiveError."""
    as_of = _parse_as_of(params, output_format)
    slugs = tuple(dict.fromkeys(slug.strip() for slug in params.get("slug", ()) if slug.strip()))
    if as_of is None:
        if slugs:
            raise ArchiveError([Problem("slug", slugs[0][:64], "as_of with it; without, read a record at its address")])
        return None
    reject_unknown([name for name in params if name not in PAST_LIST_PARAMS], list(PAST_LIST_PARAMS))
    if not 1 <= len(slugs) <= MAX_SLUGS:
        expected = f"1 to {MAX_SLUGS} slugs: a list with as_of is of the records that it names"
        raise ArchiveError([Problem("slug", str(len(slugs)), expected)])
    return PastListRequest(collection, slugs, selection, as_of)


def _parse_as_of(params: Params, output_format: Format | None) -> datetime | None:
    """The moment of ``as_of``; None without it. Raises ArchiveError."""
    text = single(params.get("as_of", []), "as_of")
    as_of = None if text is None else parse_past_moment("as_of", text)
    if as_of is not None and output_format is not None:
        raise ArchiveError([Problem("as_of", output_format.name, "format=json: a past state has no other form")])
    return as_of


def _parse_representation(
    collection: str, params: Params, is_detail: bool, negotiated: str
) -> tuple[Format | None, Selection]:
    """The format (None: JSON) and the selected fields."""
    output_format = _requested_format(params, collection, is_detail, negotiated)
    fields, include = (single(params.get(name, []), name) or "" for name in ("fields", "include"))
    if output_format and (fixed := output_format.selection(collection)) is not None:
        return output_format, fixed
    return output_format, parse_selection(SERIALIZERS[collection], fields, include)


def _requested_format(params: Params, collection: str, is_detail: bool, negotiated: str) -> Format | None:
    """The format in ``format``, else the negotiated one; None for JSON.

    Raises ArchiveError for an unknown format, and for parameters that the format does not support.
    """
    name = single(params.get("format", []), "format") or negotiated
    names = format_names(collection, is_detail)
    if name not in names:
        raise ArchiveError([Problem("format", name[:64], f"one of {', '.join(names)}", closest_match(name, names))])
    output_format = FORMATS.get(name)
    _check_bom(single(params.get("bom", []), "bom"), name)
    if output_format is None:
        return None
    refused = [
        *(("cursor", "count") if output_format.is_streamed else ()),
        *(("fields", "include") if output_format.has_fixed_fields else ()),
    ]
    problems = [
        Problem(param, value[:64], f"it left out: with format={name} {_refusal_reason(param)}")
        for param in refused
        if (value := params.get(param, [""])[-1].strip())
    ]
    if problems:
        raise ArchiveError(problems)
    return output_format


def _check_bom(text: str | None, name: str) -> None:
    """Raises ArchiveError for ``bom`` with a format other than CSV, or with a value other than true and false."""
    if text and text.strip() and (boolean(text) is None or name != "csv"):
        raise ArchiveError([Problem("bom", text[:64], "true or false, with format=csv")])


def _refusal_reason(param: str) -> str:
    if param in ("cursor", "count"):
        return "the whole list is given"
    return "the fields are given by the format"
