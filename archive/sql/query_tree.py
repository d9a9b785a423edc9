"""The query tree: what a read returns, as nodes for objects, columns, related rows and pages of rows.

REST and GraphQL build such a tree, and ``archive.sql.compiler`` compiles it into one SQL query whose result is the
JSON. The keys of ``Object`` are the keys of that JSON. Nodes contain no SQL and know no HTTP.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Expression, Model, QuerySet

from archive.pagination import Order
from archive.sql.groupings import Grouping, Mode
from archive.sql.partitions import Partition

#: The JSON type of a column. ``moment`` is ISO 8601 in UTC with the suffix Z.
JsonType = Literal["text", "number", "flag", "day", "moment"]
#: A field of a page's ``pageInfo``.
PageInfoField = Literal["has_next", "has_previous", "start", "end"]


@dataclass(frozen=True, slots=True)
class Constant:
    """Constant JSON text."""

    json: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row: a path, which may follow foreign keys, or an expression."""

    source: str | Expression
    json_type: JsonType = "text"
    null: bool = False


@dataclass(frozen=True, slots=True)
class Enum:
    """A column with a vocabulary: (stored value, value in the JSON) pairs; null for any other stored value."""

    source: str | Expression
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class GlobalId:
    """Relay's global id: base64 of ``type:slug``, or of ``type:number`` for rows without a slug (``opaque_ids``)."""

    type: str
    has_slug: bool


@dataclass(frozen=True, slots=True)
class Date:
    """A partial date as an object of the parts text, display, earliest, latest; null for a blank date."""

    path: str
    parts: tuple[tuple[str, str | Constant], ...]


@dataclass(frozen=True, slots=True)
class Object:
    """A JSON object of a row."""

    fields: tuple[tuple[str, Node], ...]

    def constant_json(self) -> str | None:
        """The JSON, if all fields are constants: it needs no query."""
        texts = [f"{json.dumps(key)}:{node.json}" for key, node in self.fields if isinstance(node, Constant)]
        return f"{{{','.join(texts)}}}" if len(texts) == len(self.fields) else None


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation: its name on the row's model, the related model, and the object for each related row."""

    relation: str
    model: type[Model]
    node: Object


@dataclass(frozen=True, slots=True)
class ToOne:
    """The related record of the first of several foreign keys whose record is visible; null if none is."""

    options: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class ToMany:
    """An array of the visible rows of one or several relations, in the models' default order.

    All of them, or with ``limit`` the first of each relation.
    """

    options: tuple[Relation, ...]
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Array:
    """An array of columns of the row; null when ``null_column`` is NULL."""

    items: tuple[Column, ...]
    null_column: str


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """An array of one text column of the related rows in ``rows``, sorted by it."""

    relation: str
    rows: QuerySet[Any]
    column: str


@dataclass(frozen=True, slots=True)
class Detail:
    """The object of a queryset's only row. Without a row: null, or with ``required`` no result of the whole query.

    ``stamp`` is a column or an expression whose text, without spaces, precedes the object and one space.
    """

    rows: QuerySet[Any]
    node: Object
    required: bool = True
    stamp: str | Expression = ""


@dataclass(frozen=True, slots=True)
class RecordOfKind:
    """The visible record that the row names by its kind and primary key, in columns ``kind`` and ``key``.

    ``options`` are (kind, model, object) triples; null for any other kind, and for a record that is not visible.
    """

    kind: str
    key: str
    options: tuple[tuple[str, Any, Object], ...]


@dataclass(frozen=True, slots=True)
class CountsBy:
    """An object with the number of rows for each value of a text column, of those values that rows have."""

    rows: QuerySet[Any]
    column: str


@dataclass(frozen=True, slots=True)
class NodeList:
    """An array of nodes that belong to no row, in this order."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """The items of a page: for each row an object that may contain its ``Cursor`` and its node (``Object``)."""

    fields: tuple[tuple[str, Node | Cursor], ...]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row's cursor."""


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Relay's PageInfo: whether rows precede and follow the page, and the cursors of its ends."""

    fields: tuple[tuple[str, PageInfoField | Constant], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """The number of all matching rows."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """A URL that ends in the cursor of one end of the page if ``condition`` is true; else null."""

    condition: Literal["has_next", "has_previous"]
    end: Literal["start", "end"]
    url: Expression


@dataclass(frozen=True, slots=True)
class Page:
    """A page of visible and filtered ``rows``: of a ``relation`` of the parent row, or of all.

    ``after`` and ``before`` are bind parameters for the order's columns, or None. With ``backward`` the page is the
    last ``size`` rows. ``kind`` is the name of the list in its cursors.
    """

    kind: str
    rows: QuerySet[Any]
    order: Order
    size: int
    fields: tuple[
        tuple[str, Edge | Object | RecordOfKind | PageInfo | Count | CountsBy | PageLink | TableMap | Constant], ...
    ]
    relation: str = ""
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None
    backward: bool = False
    #: Disjoint partitions of ``rows``, each with an index for its order; empty: ``rows`` are read without partitions.
    partitions: tuple[Partition, ...] = ()
    #: Whether the result is the array of the only field, instead of an object.
    is_array: bool = False


@dataclass(frozen=True, slots=True)
class ChainLink:
    """A kind of link between two records of a chain: rows of a table, and the paths to the two records.

    ``source`` and ``target`` read in the direction of ``kind`` (source responds to target). The source is the later
    one in the chain, or with ``is_forward`` the earlier one. ``kind`` and ``outcome`` are expressions of text.
    """

    rows: QuerySet[Any]
    source: str
    target: str
    source_model: Any
    target_model: Any
    kind: Expression
    outcome: Expression
    is_forward: bool = False


@dataclass(frozen=True, slots=True)
class ChainNodes:
    """The records of a chain, the nearest first: the object of each by its model."""

    options: tuple[tuple[Any, Object], ...]


@dataclass(frozen=True, slots=True)
class ChainDistance:
    """The number of links between a record of a chain and the record that the chain is of."""


@dataclass(frozen=True, slots=True)
class ChainDirection:
    """The words for a record that led to the chain's record and for one that followed; null for that record itself."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChainEnd:
    """The id of the record at an end of a link: a prefix and the slug, or with ``is_global`` Relay's id.

    ``prefixes`` are in the order of the chain's models; those of Relay's ids are the names of types.
    """

    end: Literal["source", "target"]
    prefixes: tuple[str, ...]
    is_global: bool = False


@dataclass(frozen=True, slots=True)
class ChainWord:
    """The kind or outcome of a link, as in ``Enum``."""

    column: Literal["kind", "outcome"]
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChainEdges:
    """The links between the records of a chain."""

    fields: tuple[tuple[str, ChainEnd | ChainWord | Constant], ...]


@dataclass(frozen=True, slots=True)
class ChainTruncated:
    """Whether the chain has more records or links than are shown."""


@dataclass(frozen=True, slots=True)
class Chain:
    """The records that led to the only row (``before``) and that followed (``after``), over at most ``depth`` links.

    Without a row the whole query has no result. ``models`` are those of the records that the links connect.
    """

    rows: QuerySet[Any]
    links: tuple[ChainLink, ...]
    models: tuple[Any, ...]
    depth: Expression
    before: bool
    after: bool
    max_nodes: int
    max_edges: int
    fields: tuple[tuple[str, ChainNodes | ChainEdges | ChainTruncated | Constant], ...]


#: A part of a count's key. ``kind`` says whether it is a value, the rest, or none.
KeyField = Literal["kind", "value", "label", "earliest", "latest"]


@dataclass(frozen=True, slots=True)
class CountKeys:
    """The keys of a count, one for each grouping, as an array of objects. ``kinds`` spell value, rest and none."""

    fields: tuple[tuple[str, KeyField | Constant], ...]
    kinds: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class CountRows:
    """The counts of a ``CountTable``, as an array of objects."""

    fields: tuple[tuple[str, Literal["count"] | CountKeys | Constant], ...]


#: A number about all rows of a ``CountTable``.
CountTotal = Literal["total", "vague", "open", "undated", "outside"]


@dataclass(frozen=True, slots=True)
class CountTable:
    """Numbers of visible and filtered ``rows`` by one or two groupings, of which at most one is a period.

    The ``limit`` most frequent keys of a grouping are listed, the others are counted together. ``range`` binds the
    first and the last period's numbers and the ordinals of their first and last days.
    """

    rows: QuerySet[Any]
    groupings: tuple[Grouping, ...]
    mode: Mode
    limit: int
    range: tuple[Expression, ...] | None
    fields: tuple[tuple[str, CountTotal | CountRows | Constant], ...]


@dataclass(frozen=True, slots=True)
class TableMap:
    """An object of count tables by name: the facets of a page."""

    items: tuple[tuple[str, CountTable], ...]


@dataclass(frozen=True, slots=True)
class TableList:
    """An array of count tables."""

    items: tuple[CountTable, ...]


class CompiledNode(ABC):
    """A node of a module above this one, which compiles itself."""

    @abstractmethod
    def sql(self, compiler: object, source: object) -> Any:
        """The SQL of its JSON (``row_sources.Sql``); ``source`` is the row's, None for the root."""


Node = (
    Constant
    | Column
    | Enum
    | GlobalId
    | Date
    | Object
    | ToOne
    | ToMany
    | Array
    | ArrayOf
    | Detail
    | RecordOfKind
    | NodeList
    | CountTable
    | TableList
    | Page
    | Chain
    | ChainDistance
    | ChainDirection
    | CompiledNode
)
