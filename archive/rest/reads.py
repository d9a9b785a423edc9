"""Answers lists and details by one statement each, compiled once per question and kept."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from archive import pagination
from archive.bind_parameters import text_param
from archive.filters import FILTERSETS
from archive.filters.prepared_query import InvalidQuery, bind, plan_key, prepare
from archive.lru import LRUCache
from archive.rest import etags, query_params
from archive.rest.nodes import selected_node
from archive.rest.query_params import RESERVED_PARAMS, Selection, parse_count, parse_limit, single
from archive.rest.serializers import SERIALIZERS
from archive.sql import query_tree as shapes
from archive.sql.compiler import Compiler
from archive.sql.query import CompiledQuery
from archive.visibility import sees_drafts

#: Bounded by the characters of their SQL.
_COMPILED: LRUCache[CompiledQuery] = LRUCache(16_000_000)
_NEXT_LINK, _PREVIOUS_LINK = "next", "previous"


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list was asked: filters as texts, what to show, and where the page lies.

    ``link`` is the list's own address up to the cursor.
    """

    collection: str
    filters: Mapping[str, list[str]]
    chosen: Selection
    limit: int
    counted: bool
    cursor: str
    link: str


def parse_list_query(
    collection: str, asked: Mapping[str, list[str]], chosen: Selection, place: str, order: str = ""
) -> ListQuery:
    """From the parameters of a list at a place; in ``order`` if none is asked for. Raises ArchiveError."""
    own = {name: single(asked.get(name, []), name) for name in ("limit", "count", "cursor")}
    filters = {name: texts for name, texts in asked.items() if name not in RESERVED_PARAMS}
    if order and not any(text.strip() for text in filters.get("order_by", ())):
        filters["order_by"] = [order]
    limit, count = parse_limit(own["limit"]), parse_count(own["count"])
    return ListQuery(
        collection, filters, chosen, limit, count, own["cursor"] or "", f"{place}?{query_params.link_query(asked)}"
    )


def list_json(asked: ListQuery, user: Any) -> bytes | None:
    """The list's JSON; None where something is wrong, which the usual way says."""
    filterset = FILTERSETS[asked.collection]
    backward, cursor = asked.cursor.startswith("-"), asked.cursor.removeprefix("-")
    try:
        form = plan_key(filterset, asked.filters)
        key: Hashable = (
            asked.collection, connection.vendor, sees_drafts(user), asked.chosen, asked.limit, asked.counted, backward,
            bool(cursor), form,
        )  # fmt: skip
        statement = _COMPILED.get_or_set(key, lambda: _compile_list(asked, user, backward, bool(cursor)), _sql_length)
        values = bind(filterset, asked.filters, "q.")
        if backward and not cursor:
            raise InvalidQuery("cursor")
        if cursor:
            order = filterset.order_in(asked.filters)
            place = pagination.decode_cursor(asked.collection, order, cursor)
            values |= pagination.bind_position(order, "at", place)
    except InvalidQuery:
        return None
    values[_NEXT_LINK] = json.dumps(asked.link)[1:-1]
    values[_PREVIOUS_LINK] = values[_NEXT_LINK] + "-"
    return statement.run(values)


def _compile_list(asked: ListQuery, user: Any, backward: bool, placed: bool) -> CompiledQuery:
    made = prepare(FILTERSETS[asked.collection], asked.filters, user, "q.")
    place = pagination.position_params(made.order, "at") if placed else None
    page = shapes.Page(
        asked.collection,
        made.rows,
        made.order,
        asked.limit,
        (
            ("count", shapes.Count() if asked.counted else shapes.Constant("null")),
            ("next", shapes.PageLink("has_next", "end", text_param(_NEXT_LINK))),
            ("previous", shapes.PageLink("has_previous", "start", text_param(_PREVIOUS_LINK))),
            ("results", selected_node(SERIALIZERS[asked.collection], asked.chosen)),
        ),
        after=None if backward else place,
        before=place if backward else None,
        backward=backward,
        segments=made.segments,
    )
    return Compiler(user).statement(page, made.known)


def detail_json(collection: str, slug: str, chosen: Selection, user: Any) -> tuple[str, bytes] | None:
    """A record's lock (``etags.lock``) and JSON, or None where there is none that the user may see."""
    if "\x00" in slug:
        return None
    key: Hashable = (collection, connection.vendor, sees_drafts(user), chosen)
    found = _COMPILED.get_or_set(key, lambda: _compile_detail(collection, chosen, user), _sql_length).run(
        {"slug": slug}
    )
    if found is None:
        return None
    locked, _, body = found.partition(b" ")
    return locked.decode(), body


def _compile_detail(collection: str, chosen: Selection, user: Any) -> CompiledQuery:
    serializer = SERIALIZERS[collection]
    rows = serializer.Meta.model._default_manager.visible_to(user).filter(slug=text_param("slug"))
    return Compiler(user).statement(shapes.Detail(rows, selected_node(serializer, chosen), stamp=etags.validator(user)))


def _sql_length(statement: CompiledQuery) -> int:
    return len(statement.sql)
