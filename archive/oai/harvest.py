"""The entries of a list, page by page: published records, each page by one SQL statement per collection.

A list is a sequence of sections: the records of each collection in the order of their timestamps, and then what was
withdrawn or deleted of it. OAI-PMH prescribes no order.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from django.conf import settings

from archive import pagination
from archive.bibliography.items import parse_timestamp
from archive.bind_parameters import datetime_param
from archive.filters import FILTERSETS
from archive.filters.prepared_query import bind, plan_key, prepare
from archive.oai.arguments import Period
from archive.oai.errors import OaiError, bad_token
from archive.oai.formats import Format
from archive.oai.sets import Selection, harvested_collections
from archive.oai.tokens import Token
from archive.registry import COLLECTIONS
from archive.revisions import public_deletions as deletions
from archive.sql import query_tree
from archive.sql.compiler import Compiler, Root
from archive.sql.query import CompiledCache
from archive.sql.reads import read_record
from archive.text import whole_number

#: Items of a page of ListRecords and ListIdentifiers.
PAGE_SIZE = 100
_ORDER: pagination.Order = (("updated_at", "slug"), False)
_POSITION, _END = "at", "until"
#: The section of a collection's withdrawn and deleted records is the collection's name with this suffix.
_DELETED = "/deleted"
_COMPILED = CompiledCache(4_000_000)


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a list. ``row`` is None for a deleted record, else what ``Format.node`` selects."""

    section: str
    slug: str
    datestamp: datetime
    position: tuple[str, str]
    row: dict[str, Any] | None = None

    @property
    def collection(self) -> str:
        return self.section.removesuffix(_DELETED)

    @property
    def identifier(self) -> str:
        return f"{identifier_prefix()}{self.collection}/{self.slug}"


@dataclass(frozen=True, slots=True)
class Query:
    """The selection and format of a list."""

    selection: Selection
    period: Period
    output_format: Format


def identifier_prefix() -> str:
    """The text before ``<collection>/<slug>`` in an item's identifier (OAI's guideline for oai-identifiers)."""
    domain = settings.TAG_AUTHORITY.partition(",")[0].rpartition("@")[2]
    return f"oai:{domain}:"


def list_page(query: Query, token: Token) -> tuple[list[Entry], Token | None]:
    """A page of entries, and the token of the next page; no entries if the set does not exist. Raises OaiError."""
    sections = _sections(query)
    if (token.section and token.section not in sections) or len(token.position) != 2 * bool(token.section):
        raise bad_token()
    position: tuple[str, ...] = token.position
    entries: list[Entry] = []
    for section in sections[sections.index(token.section) if token.section else 0 :]:
        entries += _section_entries(section, query, position)
        position = ()
        if len(entries) > PAGE_SIZE:
            break
    else:
        return entries, None
    entries = entries[:PAGE_SIZE]
    last = entries[-1]
    delivered = token.delivered + len(entries)
    return entries, msgspec.structs.replace(token, section=last.section, position=last.position, delivered=delivered)


def get_entry(identifier: str, output_format: Format) -> Entry:
    """The record of an identifier, or its deletion. Raises OaiError: idDoesNotExist."""
    collection, _, slug = identifier.removeprefix(identifier_prefix()).partition("/")
    if identifier.startswith(identifier_prefix()) and collection in harvested_collections() and slug:
        model = COLLECTIONS[collection].model
        if (row := read_record(model, output_format.node, slug)) is not None:
            return _entry(collection, row, Period())
        if (deletion := deletions.find(model, slug)) is not None:
            return _deleted_entry(collection, deletion, Period())
    raise OaiError("idDoesNotExist", f"identifier: got '{identifier[:200]}', expected one that ListIdentifiers lists.")


def _sections(query: Query) -> list[str]:
    sections: list[str] = []
    for collection in query.selection.collections:
        sections.append(collection)
        # Which dossier or country a deleted record belonged to is not known.
        if not query.selection.filters and deletions.are_known(COLLECTIONS[collection].model):
            sections.append(f"{collection}{_DELETED}")
    return sections


def _section_entries(section: str, query: Query, position: tuple[str, ...]) -> list[Entry]:
    """The entries after the position, at most one more than a page has. Raises OaiError for an invalid position."""
    if section.endswith(_DELETED):
        model = COLLECTIONS[section.removesuffix(_DELETED)].model
        return [
            _deleted_entry(section, deletion, query.period)
            for deletion in deletions.between(
                model, query.period.start, query.period.end, _deletion_position(position), PAGE_SIZE + 1
            )
        ]
    return _records(section, query, position)


def _records(collection: str, query: Query, position: tuple[str, ...]) -> list[Entry]:
    filterset = FILTERSETS[collection]
    filters = {**query.selection.filters, **_updated_after(query.period)}
    key: Hashable = (
        collection, query.output_format.prefix, bool(position), query.period.end is None,
        plan_key(filterset, filters, None),
    )  # fmt: skip

    def bind_values() -> dict[str, Any]:
        values = bind(filterset, filters, None, "q.")
        if query.period.end is not None:
            values[_END] = query.period.end
        if position:
            values |= pagination.bind_position(_ORDER, _POSITION, (_moment(position[0]).isoformat(), position[1]))
        return values

    content = _COMPILED.run_filters(
        key, bind_values, None, lambda: Compiler(None).compile(*_list_root(collection, query, filters, bool(position)))
    )
    if content is None:
        return []  # the dossier or state does not exist
    rows = msgspec.json.decode(content)["rows"]
    return [_entry(collection, row, query.period) for row in rows]


def _updated_after(period: Period) -> dict[str, list[str]]:
    """The filter for ``from``, which includes its first moment.

    It also finds what a long transaction changed before that moment and committed after it.
    """
    try:
        return {"updated_after": [(period.start - timedelta(microseconds=1)).isoformat()]} if period.start else {}
    except OverflowError:
        return {}


def _list_root(collection: str, query: Query, filters: dict[str, list[str]], has_position: bool) -> Root:
    prepared = prepare(FILTERSETS[collection], filters, None, "q.")
    rows = prepared.rows
    if query.period.end is not None:
        rows = rows.filter(updated_at__lt=datetime_param(_END))
    page = query_tree.Page(
        collection,
        rows,
        _ORDER,
        PAGE_SIZE + 1,
        (("rows", query.output_format.node(COLLECTIONS[collection].model)),),
        after=pagination.position_params(_ORDER, _POSITION) if has_position else None,
    )
    return page, prepared.must_exist


def _entry(collection: str, row: dict[str, Any], period: Period) -> Entry:
    updated_at = parse_timestamp(row["updated_at"])
    return Entry(collection, row["slug"], _datestamp(updated_at, period), (row["updated_at"], row["slug"]), row)


def _deleted_entry(section: str, deletion: deletions.Deletion, period: Period) -> Entry:
    position = (deletion.moment.isoformat(), str(deletion.number))
    return Entry(section, deletion.slug, _datestamp(deletion.moment, period), position)


def _datestamp(moment: datetime, period: Period) -> datetime:
    """What a long transaction committed after ``from`` counts as changed then: no datestamp is before ``from``."""
    return max(moment, period.start) if period.start else moment


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise bad_token() from error
    raise bad_token()


def _deletion_position(position: tuple[str, ...]) -> tuple[datetime, int] | None:
    if not position:
        return None
    moment, number = position
    if (revision := whole_number(number, 0, 2**63 - 1)) is None:
        raise bad_token()
    return _moment(moment), revision
