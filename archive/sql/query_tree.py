"""What a door wants of the archive, as a tree: objects, their columns, related rows, pages of rows.

A shape says nothing of SQL and nothing of HTTP. Keys of objects are the keys of the JSON; ``compiler`` turns a shape
into a statement.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import Expression

from archive.pagination import Order
from archive.sql.partitions import Partition

#: How a column's value looks in JSON. A moment is ISO 8601 in UTC, ending in +00:00 or, as ``instant``, in Z.
JsonType = Literal["text", "number", "flag", "day", "moment", "instant"]
#: Fields of a page's ``pageInfo``.
PageInfoField = Literal["has_next", "has_previous", "start", "end"]


@dataclass(frozen=True, slots=True)
class Constant:
    """JSON that is known beforehand."""

    json: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row, by its path (which may cross forward keys) or as an expression."""

    source: str | Expression
    form: JsonType = "text"
    null: bool = False


@dataclass(frozen=True, slots=True)
class Enum:
    """A column with a vocabulary: each stored value and the word to show for it; null for any other."""

    source: str | Expression
    shown: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class GlobalId:
    """Relay's global id: base64 of ``type:slug``, or of ``type:number`` for rows without a slug (``opaque``)."""

    type: str
    has_slug: bool


@dataclass(frozen=True, slots=True)
class Date:
    """A partial date as an object; null where the date is blank. Parts: text, display, earliest, latest."""

    path: str
    parts: tuple[tuple[str, str | Constant], ...]


@dataclass(frozen=True, slots=True)
class Object:
    """An object made of a row."""

    fields: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """Related rows: the relation's name on this row's model, their model, and the object made of each."""

    relation: str
    model: Any
    made: Object


@dataclass(frozen=True, slots=True)
class ToOne:
    """The first of several forward keys whose record may be seen; null where none may."""

    options: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class ToMany:
    """All visible rows of one or several relations, in their usual order."""

    options: tuple[Relation, ...]


@dataclass(frozen=True, slots=True)
class Array:
    """An array of columns of the row; null where the column ``given`` is NULL."""

    items: tuple[Column, ...]
    given: str


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """An array of one text of each of some related rows: those of ``rows``, in the order of the text."""

    relation: str
    rows: Any
    text: str


@dataclass(frozen=True, slots=True)
class FirstRows:
    """One array of the first ``most`` rows of each of several ordered querysets, with the object made of each."""

    found: tuple[tuple[Any, Object], ...]
    most: int


@dataclass(frozen=True, slots=True)
class Detail:
    """The one row of a queryset. Where there is none: null; with ``required`` the whole statement answers nothing.

    A ``stamp`` is a column or an expression without spaces that is written before the object, with a space between.
    """

    rows: Any
    made: Object
    required: bool = True
    stamp: str | Expression = ""


@dataclass(frozen=True, slots=True)
class NodeList:
    """An array of single rows and constants, in this order."""

    items: tuple[Detail | Constant, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """What a page lists: per row an object that may hold the row's cursor (``Place``) and its node (``Object``)."""

    fields: tuple[tuple[str, Object | Cursor | Constant], ...]


@dataclass(frozen=True, slots=True)
class Cursor:
    """A row's cursor."""


@dataclass(frozen=True, slots=True)
class PageInfo:
    """Whether rows lie before and after the page, and the cursors of its ends."""

    fields: tuple[tuple[str, PageInfoField | Constant], ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows match in all."""


@dataclass(frozen=True, slots=True)
class PageLink:
    """An address that ends in the cursor of one of the page's ends, where ``fact`` holds; else null."""

    fact: Literal["has_next", "has_previous"]
    end: Literal["start", "end"]
    address: Expression


@dataclass(frozen=True, slots=True)
class Page:
    """A page of rows: visible and filtered ``rows``, of a ``relation`` of the row around it or of all.

    ``after`` and ``before`` are open values for the order's columns, or None. ``size`` is counted from the end with
    ``backward``. ``kind`` names the list in its cursors.
    """

    kind: str
    rows: Any
    order: Order
    size: int
    fields: tuple[tuple[str, Edge | Object | PageInfo | Count | PageLink | Constant], ...]
    relation: str = ""
    after: tuple[Any, ...] | None = None
    before: tuple[Any, ...] | None = None
    backward: bool = False
    #: Ways to its first rows; none: by ``rows`` and the order alone.
    segments: tuple[Partition, ...] = ()


Node = (
    Constant
    | Column
    | Enum
    | GlobalId
    | Date
    | Object
    | ToOne
    | ToMany
    | FirstRows
    | Array
    | ArrayOf
    | Detail
    | NodeList
    | Page
)
