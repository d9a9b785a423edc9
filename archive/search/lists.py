"""Lists of records of one or several kinds, each in its own order, read by one SQL statement."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive import pagination
from archive.filters import FILTERSETS
from archive.filters.prepared_query import Params, bind, bind_cursor, plan_key, prepare
from archive.models import Body
from archive.registry import COLLECTIONS
from archive.search.results import heading_fields
from archive.sql import query_tree
from archive.sql.compiled import CompiledCache, Root
from archive.visibility import Viewer

_COMPILED = CompiledCache(4_000_000)
_INFO: tuple[tuple[str, query_tree.PageInfoField], ...] = (("has_next", "has_next"), ("end", "end"))
#: The body of an office, which is a part of its name in a list.
_BODY = query_tree.ToOne(
    (query_tree.Relation("body", Body, query_tree.Object((("name", query_tree.Column("name")),))),)
)


@dataclass(frozen=True, slots=True)
class ListedRecord:
    """A record of a list: its slug, name, and date (the parts of a partial date)."""

    slug: str
    name: str
    date: Mapping[str, str | None] | None


@dataclass(frozen=True, slots=True)
class RecordList:
    """A page of a list, and the cursor of the next page, empty if there is none."""

    records: list[ListedRecord]
    next_cursor: str


def read_lists(kinds: Sequence[str], filters: Params, user: Viewer, size: int, cursor: str = "") -> list[RecordList]:
    """The first page of the list of each of the collections, of a single one the page at a cursor.

    Raises FilterError, CursorError; ReadConflictError if the archive changed meanwhile; django.db.Error.
    """
    keys = [plan_key(FILTERSETS[kind], filters, user) for kind in kinds]
    key: Hashable = (size, bool(cursor), *zip(kinds, keys, strict=True))
    values: dict[str, Any] = {}
    for kind in kinds:
        values |= bind(FILTERSETS[kind], filters, user, f"{kind}.")
    if cursor:
        values |= bind_cursor(FILTERSETS[kinds[0]], filters, user, "at", kinds[0], cursor)
    content = _COMPILED.read(
        key, values, user,
        build=lambda: _root(kinds, filters, user, size, bool(cursor)),
        check=lambda: _check(kinds, filters, user),
    )  # fmt: skip
    pages = json.loads(content)
    return [_record_list(pages[kind]) for kind in kinds]


def _check(kinds: Sequence[str], filters: Params, user: Viewer) -> None:
    for kind in kinds:
        FILTERSETS[kind](filters, user).check()


def _root(kinds: Sequence[str], filters: Params, user: Viewer, size: int, has_cursor: bool) -> Root:
    queries = [prepare(FILTERSETS[kind], filters, user, f"{kind}.") for kind in kinds]
    pages = tuple(
        (
            kind,
            query_tree.Page(
                kind, query.rows, query.order, size,
                (("records", _record_node(kind)), ("info", query_tree.PageInfo(_INFO))),
                after=pagination.position_params(query.order, "at") if has_cursor else None,
                partitions=query.partitions,
            ),
        )
        for kind, query in zip(kinds, queries, strict=True)
    )  # fmt: skip
    return query_tree.Object(pages), [group for query in queries for group in query.must_exist]


def _record_node(kind: str) -> query_tree.Object:
    body = (("body", _BODY),) if kind == "offices" else ()
    return query_tree.Object((*heading_fields(COLLECTIONS[kind]), *body))


def _record_list(page: Mapping[str, Any]) -> RecordList:
    records = [ListedRecord(row["slug"], _name(row), row["date"]) for row in page["records"]]
    return RecordList(records, page["info"]["end"] if page["info"]["has_next"] else "")


def _name(row: Mapping[str, Any]) -> str:
    body = row.get("body")
    return f"{row['name']}, {body['name']}" if body else str(row["name"])
