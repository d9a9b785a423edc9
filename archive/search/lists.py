"""Lists of records of one or several kinds, each in its own order."""

from __future__ import annotations

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
from archive.sql.compiler import Root
from archive.sql.instances import Instances
from archive.sql.reads import Read
from archive.visibility import Viewer

_INFO: tuple[tuple[str, query_tree.PageInfoField], ...] = (("has_next", "has_next"), ("end", "end"))
#: The body of an office, which is a part of its name in a list.
_BODY = query_tree.ToOne(
    (query_tree.Relation("body", Body, query_tree.Object((("name", query_tree.Column("name")),))),)
)


@dataclass(frozen=True, slots=True)
class RecordList:
    """The records of a page of a list (JSON or instances), and the cursor of the next page, empty if there is none."""

    records: list[Any]
    next_cursor: str


class ListsRead(Read):
    """The first page of the list of each of the collections, of a single one the page at a cursor.

    The JSON of a record has its slug, name and date. ``instances`` are what is read of a collection's records instead.
    """

    def __init__(
        self, kinds: Sequence[str], filters: Params, user: Viewer, size: int, cursor: str = "",
        instances: Mapping[str, Instances] | None = None,
    ) -> None:  # fmt: skip
        self.kinds, self.filters, self.user, self.size, self.cursor = kinds, filters, user, size, cursor
        self.instances = instances or {}

    def plan_key(self) -> Hashable:
        keys = [plan_key(FILTERSETS[kind], self.filters, self.user) for kind in self.kinds]
        return self.size, bool(self.cursor), *zip(self.kinds, keys, strict=True), *self.instances.items()

    def bind(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for kind in self.kinds:
            values |= bind(FILTERSETS[kind], self.filters, self.user, f"l.{kind}.")
        if self.cursor:
            [kind] = self.kinds
            values |= bind_cursor(FILTERSETS[kind], self.filters, self.user, "l.at", kind, self.cursor)
        return values

    def check(self) -> None:
        for kind in self.kinds:
            FILTERSETS[kind](self.filters, self.user).check()

    def node(self) -> Root:
        queries = [prepare(FILTERSETS[kind], self.filters, self.user, f"l.{kind}.") for kind in self.kinds]
        pages = tuple(
            (
                kind,
                query_tree.Page(
                    kind, query.rows, query.order, self.size,
                    (("records", self._record_node(kind)), ("info", query_tree.PageInfo(_INFO))),
                    after=pagination.position_params(query.order, "l.at") if self.cursor else None,
                    partitions=query.partitions,
                ),
            )
            for kind, query in zip(self.kinds, queries, strict=True)
        )  # fmt: skip
        return query_tree.Object(pages), [group for query in queries for group in query.must_exist]

    def pages(self, content: Mapping[str, Any]) -> list[RecordList]:
        """The lists of the node's content, in the order of the collections."""
        return [self._page(kind, content[kind]) for kind in self.kinds]

    def _page(self, kind: str, content: Mapping[str, Any]) -> RecordList:
        records, info = content["records"], content["info"]
        if instances := self.instances.get(kind):
            records = [instances.instance(record) for record in records]
        return RecordList(records, info["end"] if info["has_next"] else "")

    def _record_node(self, kind: str) -> query_tree.Object:
        if instances := self.instances.get(kind):
            return instances.node()
        return record_node(kind)


def record_node(kind: str) -> query_tree.Object:
    """Slug, name and date of a record of a collection, and of an office its body."""
    body = (("body", _BODY),) if kind == "offices" else ()
    return query_tree.Object((*heading_fields(COLLECTIONS[kind]), *body))


def listed_name(row: Mapping[str, Any]) -> str:
    """The name of a record in a list: of an office with its body."""
    body = row.get("body")
    return f"{row['name']}, {body['name']}" if body else str(row["name"])
