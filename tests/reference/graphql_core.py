"""Execution of GraphQL by graphql-core over Django's ORM.

graphql-core calls a resolver for each field. Rows that were loaded together are siblings: a relation of a row is loaded
for all its siblings at once, by Django's prefetching over visible querysets.
"""

from __future__ import annotations

import json
from copy import copy
from hashlib import sha256
from types import SimpleNamespace
from typing import Any

from django.db.models import Count, Model, Prefetch, Q, prefetch_related_objects
from graphene.relay import PageInfo
from graphene.utils.str_converters import to_snake_case
from graphql import execute, get_named_type, parse
from graphql_relay import to_global_id

from archive import pagination
from archive.exceptions import ArchiveError, NotFoundError, Problem, printable
from archive.filters import FILTERSETS
from archive.graphql.arguments import filter_values, page_position, to_texts
from archive.graphql.errors import format_error
from archive.graphql.planner import graphene_fields
from archive.graphql.relay import MAX_IDS, NodeKey, has_slug, resolve_global_id
from archive.graphql.schema import schema
from archive.models import SearchEntry
from archive.search.ranking import parse_search
from archive.search_index.conditions import tier
from archive.search_index.search_query import SearchQuery
from archive.sql.act_states import act_state
from archive.sql.opaque_ids import opaque_id
from archive.sql.relations import belongs_to, includes_descendants
from archive.sql.slugs import suggest_slugs
from archive.text import is_storable

_SIBLINGS = "_chancery_siblings"


def set_siblings(rows: list[Any]) -> list[Any]:
    for row in rows:
        setattr(row, _SIBLINGS, rows)
    return rows


def siblings(row: Model) -> list[Any]:
    return getattr(row, _SIBLINGS, None) or set_siblings([row])


def load_one(row: Model, name: str, user: Any) -> Any:
    """The record of a foreign key; None if there is none, or none that is visible to the user."""
    if getattr(row, f"{name}_id") is None:
        return None
    related = row._meta.get_field(name).related_model
    attribute = f"_one_{name}"
    if not hasattr(row, attribute):
        keys = {getattr(sibling, f"{name}_id") for sibling in siblings(row)} - {None}
        records = related._default_manager.visible_to(user).in_bulk(keys)  # type: ignore[union-attr]
        set_siblings(list(records.values()))
        for sibling in siblings(row):
            setattr(sibling, attribute, records.get(getattr(sibling, f"{name}_id")))
    return getattr(row, attribute)


def load_many(row: Model, name: str, user: Any) -> list[Any]:
    """All visible related records, in the default order of their model."""
    attribute = f"_many_{name}"
    if not hasattr(row, attribute):
        model: Any = row._meta.get_field(name).related_model
        queryset = model._default_manager.visible_to(user).order_by(*model._meta.ordering)
        prefetch_related_objects(siblings(row), Prefetch(name, queryset, to_attr=attribute))
        _join_as_siblings(row, attribute)
    return list(getattr(row, attribute))


def load_page(row: Model, name: str, query: PageQuery) -> pagination.Page:
    """A page of related records, filtered and ordered; loaded for all siblings by one query with a window function.

    For a topic, whose lists include those of the topics below it, each sibling needs a query of its own.
    """
    if includes_descendants(type(row), name):
        return query.filter(belongs_to(type(row), name, row.pk, query.user)).fetch()
    attribute = f"_page_{name}_{query.digest}"
    if not hasattr(row, attribute):
        queryset = query.rows.order_by(*pagination.ordering(query.order, query.is_backward))
        rows = query.between_cursors(queryset)[: query.size + 1]
        prefetch_related_objects(siblings(row), Prefetch(name, rows, to_attr=attribute))
        _join_as_siblings(row, attribute)
    return query.page(list(getattr(row, attribute)))


def load_count(row: Model, name: str, query: PageQuery) -> int:
    """The number of related records that match; for all siblings by one query, for topics by one each."""
    if includes_descendants(type(row), name):
        return int(query.filter(belongs_to(type(row), name, row.pk, query.user)).rows.count())
    attribute = f"_count_{name}_{query.digest}"
    if not hasattr(row, attribute):
        field = row._meta.get_field(name)
        reverse = field.remote_field.name if field.auto_created else field.related_query_name()
        ids = [sibling.pk for sibling in siblings(row)]
        matches = query.rows.filter(**{f"{reverse}__in": ids}).order_by()
        counts = dict(matches.values_list(reverse).annotate(number=Count("pk")))
        for sibling in siblings(row):
            setattr(sibling, attribute, counts.get(sibling.pk, 0))
    return int(getattr(row, attribute))


def _join_as_siblings(row: Model, attribute: str) -> None:
    """Make the records that were prefetched for all siblings of the row siblings of each other."""
    records = {record.pk: record for sibling in siblings(row) for record in getattr(sibling, attribute)}
    set_siblings(list(records.values()))


class PageQuery:
    """The visible, filtered rows of a connection, with their order and the limits of the page."""

    def __init__(
        self, collection: str, rows: Any, order: pagination.Order, size: int, after: Any, before: Any,
        is_backward: bool, digest: str, user: Any,
    ) -> None:  # fmt: skip
        self.collection, self.rows, self.order, self.size, self.user = collection, rows, order, size, user
        self.after, self.before, self.is_backward, self.digest = after, before, is_backward, digest

    def filter(self, condition: Q) -> PageQuery:
        query = copy(self)
        query.rows = self.rows.filter(condition)
        return query

    def between_cursors(self, queryset: Any) -> Any:
        if self.after is not None:
            queryset = queryset.filter(pagination.after_position(self.order, self.after))
        if self.before is not None:
            queryset = queryset.filter(pagination.after_position(self.order, self.before, backward=True))
        return queryset

    def page(self, rows: list[Any]) -> pagination.Page:
        """The page of rows that were loaded with one more than its size."""
        has_more, rows = len(rows) > self.size, rows[: self.size]
        if self.is_backward:
            return pagination.Page(rows[::-1], has_previous=has_more, has_next=self.before is not None)
        return pagination.Page(rows, has_previous=self.after is not None, has_next=has_more)

    def fetch(self) -> pagination.Page:
        """The page of a root field, or of a topic's list."""
        rows = self.rows.select_related("statement") if self.order[0][0].startswith("statement__") else self.rows
        queryset = self.between_cursors(rows).order_by(*pagination.ordering(self.order, self.is_backward))
        return self.page(set_siblings(list(queryset[: self.size + 1])))


def page_query(collection: str, user: Any, arguments: dict[str, Any]) -> PageQuery:
    """The query of a connection. Raises ArchiveError for invalid values, cursors and page sizes."""
    position, filters = page_position(arguments), filter_values(arguments)
    filterset = FILTERSETS[collection](filters, user)
    rows, order = filterset.result(), filterset.order
    after, before = (
        None if cursor is None else pagination.decode_cursor(collection, order, cursor, name)
        for name, cursor in position.cursors()
    )
    size, is_backward = position.size, position.is_backward
    key = json.dumps([filters, after, before, size, is_backward, order], sort_keys=True)
    digest = sha256(key.encode()).hexdigest()[:24]
    return PageQuery(collection, rows, order, size, after, before, is_backward, digest, user)


class ConnectionValue:
    """The value that a connection's resolver returns; the total is counted only if the document selects it."""

    def __init__(
        self, query: PageQuery, page: pagination.Page, parent: Model | None = None, relation: str = ""
    ) -> None:
        self.query, self.page, self.parent, self.relation = query, page, parent, relation

    @property
    def edges(self) -> list[dict[str, Any]]:
        return [{"node": row, "cursor": self.cursor(row)} for row in self.page.rows]

    @property
    def nodes(self) -> list[Any]:
        return self.page.rows

    def cursor(self, row: Model) -> str:
        return pagination.encode_cursor(self.query.collection, self.query.order, row)

    @property
    def page_info(self) -> PageInfo:
        rows = self.page.rows
        return PageInfo(
            has_next_page=self.page.has_next,
            has_previous_page=self.page.has_previous,
            start_cursor=self.cursor(rows[0]) if rows else None,
            end_cursor=self.cursor(rows[-1]) if rows else None,
        )

    @property
    def total_count(self) -> int:
        if self.parent is None:
            return int(self.query.rows.count())
        return load_count(self.parent, self.relation, self.query)


def _record(parent_type: Any, info: Any, name: str, slug: str) -> Any:
    model = get_named_type(parent_type.fields[name].type).graphene_type._meta.model
    expected = f"the slug of a known {model._meta.verbose_name}"
    if not is_storable(slug):
        raise ArchiveError([Problem("slug", printable(slug), expected)])
    visible = model._default_manager.visible_to(info.context.user)
    record = visible.filter(slug=slug).first()
    if record is None:
        near = ", ".join(suggest_slugs(visible, slug))
        raise NotFoundError([Problem("slug", printable(slug), expected, near)])
    return record


def _search(info: Any, q: str, kind: list[Any] | None = None, first: int = 50, **arguments: Any) -> list[Any]:
    """The records that the filter ``q`` of each kind and the others find, in the order of the index."""
    filters = filter_values({to_snake_case(name): value for name, value in arguments.items()})
    search, user = parse_search([q], None if kind is None else to_texts(kind), filters), info.context.user
    rows: dict[tuple[str, int], Any] = {}
    for name in search.kinds:
        rows |= {(name, row.pk): row for row in FILTERSETS[name]({**filters, "q": q}, user).result()}
    entries = SearchEntry.objects.annotate(place=tier(SearchQuery.parse(q)))
    order = entries.order_by("place", "-date_sort", "-kind", "-record_id").values_list("kind", "record_id")
    ordered = [rows[key] for key in order if key in rows][:first]
    for model in {type(row) for row in ordered}:
        set_siblings([row for row in ordered if type(row) is model])
    return ordered


def _nodes(info: Any, ids: list[str]) -> list[Any]:
    if len(ids) > MAX_IDS:
        raise ArchiveError([Problem("ids", f"{len(ids)} ids", f"at most {MAX_IDS}")])
    keys = [resolve_global_id(info.schema, text) for text in ids]
    values: dict[tuple[Any, str], set[Any]] = {}
    for key in keys:
        if key is not None:
            values.setdefault((key.model, key.column), set()).add(key.value)
    rows: dict[NodeKey, Any] = {}
    for (model, column), ids_of_model in values.items():
        visible = model._default_manager.visible_to(info.context.user).filter(**{f"{column}__in": ids_of_model})
        rows |= {NodeKey(model, column, getattr(row, column)): row for row in set_siblings(list(visible))}
    return [None if key is None else rows.get(key) for key in keys]


def _connection(parent: Any, info: Any, field: Any, arguments: dict[str, Any]) -> ConnectionValue:
    query = page_query(field.collection, info.context.user, arguments)
    if not field.relations:
        return ConnectionValue(query, query.fetch())
    return ConnectionValue(query, load_page(parent, field.relations[0], query), parent, field.relations[0])


def _related(parent: Any, info: Any, field: Any) -> Any:
    if field.kind == "list":
        return [row for name in field.relations for row in load_many(parent, name, info.context.user)]
    records = (load_one(parent, name, info.context.user) for name in field.relations)
    return next((record for record in records if record is not None), None)


def local_id(row: Any) -> str:
    """The part of the row's global id after the type name."""
    return str(row.slug if has_slug(type(row)) else opaque_id(row.pk))


def _resolve(next_: Any, parent: Any, info: Any, /, **arguments: Any) -> Any:
    """graphql-core's middleware: resolves the fields that the product plans, and leaves others to graphene."""
    name, parent_type = info.field_name, info.parent_type
    if not hasattr(parent_type, "graphene_type"):
        return next_(parent, info, **arguments)
    field = graphene_fields(parent_type).get(name)
    match getattr(field, "kind", ""):
        case "related" | "list":
            return _related(parent, info, field)
        case "connection":
            return _connection(parent, info, field, {to_snake_case(key): value for key, value in arguments.items()})
        case "record":
            return _record(parent_type, info, name, **arguments)
        case "search":
            return _search(info, **arguments)
        case "node":
            return _nodes(info, [arguments["id"]])[0]
        case "nodes":
            return _nodes(info, **arguments)
        case "enum":
            return act_state(parent, load_many(parent, "outcomes", info.context.user))
    if isinstance(parent, Model) and name == "id":
        return to_global_id(parent_type.name, local_id(parent))
    if isinstance(parent, Model) and name == "version":
        return getattr(parent, "public_version", None) or parent.version  # type: ignore[attr-defined]
    return next_(parent, info, **arguments)


def execute_document(document: str, variables: dict[str, Any], operation_name: str | None, user: Any) -> dict[str, Any]:
    """The content of the response to a valid document."""
    result: Any = execute(
        schema.graphql_schema, parse(document), context_value=SimpleNamespace(user=user), variable_values=variables,
        operation_name=operation_name, middleware=[_resolve],
    )  # fmt: skip
    entries = [format_error(error, "BAD_INPUT") for error in result.errors or []]
    if entries and result.data is None and not any("path" in entry for entry in entries):
        return {"errors": entries}
    return {"data": result.data} | ({"errors": entries} if entries else {})
