"""Lists and details as JSON, each by one SQL query that is compiled once per kind of request and cached."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from archive import pagination
from archive.bind_parameters import text_param
from archive.counts import CountOptions, Counts, facets, parse_facets, table_fields
from archive.exceptions import Problem
from archive.filters import FILTERSETS
from archive.filters.prepared_query import bind, bind_cursor, plan_key, prepare
from archive.models.base import Record
from archive.rest import etags
from archive.rest.errors import MovedError, ProblemError
from archive.rest.nodes import selected_node
from archive.rest.query_params import (
    RESERVED_PARAMS,
    Selection,
    link_query,
    parse_count,
    parse_limit,
    reject_unknown_filters,
    single,
    split_names,
)
from archive.rest.serializers import SERIALIZERS
from archive.revisions.public_deletions import find as find_deletion
from archive.search.ranking import Search, kind_names
from archive.search.suggestions import suggestion
from archive.sql import query_tree
from archive.sql.compiler import Compiler, Root
from archive.sql.query import CompiledCache
from archive.sql.slugs import expected_slug, redirect_target, suggest_slugs
from archive.text import is_storable
from archive.visibility import Viewer

_COMPILED = CompiledCache(16_000_000)
_NEXT_LINK, _PREVIOUS_LINK = "next", "previous"
#: The end of a list's JSON without results.
_NO_RESULTS = b'"results":[]}'


@dataclass(frozen=True, slots=True)
class ListQuery:
    """The parsed parameters of a list: filters as text, fields to show, and the page.

    ``link`` is the list's URL up to the cursor's value; page links append a cursor to it.
    """

    collection: str
    filters: Mapping[str, list[str]]
    selection: Selection
    limit: int
    has_count: bool
    cursor: str
    link: str
    facets: CountOptions | None = None


def parse_list_query(
    collection: str, params: Mapping[str, list[str]], selection: Selection, url: str, default_order: str = ""
) -> ListQuery:
    """The query of a list at ``url``; ``default_order`` replaces the list's own default. Raises ArchiveError."""
    reserved = {name: single(params.get(name, []), name) for name in ("limit", "count", "cursor")}
    filters = {name: values for name, values in params.items() if name not in RESERVED_PARAMS}
    if default_order and not any(text.strip() for text in filters.get("order_by", ())):
        filters["order_by"] = [default_order]
    limit, has_count = parse_limit(reserved["limit"]), parse_count(reserved["count"])
    reject_unknown_filters(FILTERSETS[collection], filters)
    link = f"{url}?{link_query(params)}"
    names = split_names(params.get("facets", []))
    options = parse_facets(collection, names, None, None) if names else None
    return ListQuery(collection, filters, selection, limit, has_count, reserved["cursor"] or "", link, options)


def list_json(query: ListQuery, user: Viewer) -> bytes:
    """The list's JSON. Raises ArchiveError for an invalid filter or cursor; django.db.Error."""
    filterset = FILTERSETS[query.collection]
    backward, cursor = query.cursor.startswith("-"), query.cursor.removeprefix("-")
    key: Hashable = (
        query.collection, query.selection, query.limit, query.has_count, backward, bool(query.cursor),
        plan_key(filterset, query.filters, user),
    )  # fmt: skip
    tables = facets(query.collection, query.facets, query.filters, user, "f.") if query.facets else []
    key = key, tuple(table.plan_key() for table in tables)
    content = _COMPILED.read(
        key, lambda: _bind_list(query, tables, user), user,
        build=lambda: Compiler(user).compile(*_list_root(query, tables, user, backward, bool(cursor))),
        check=lambda: filterset(query.filters, user).check(),
    )  # fmt: skip
    if content.endswith(_NO_RESULTS) and not query.cursor:
        return _with_suggestion(content, query, user)
    return content


def _bind_list(query: ListQuery, tables: list[Counts], user: Viewer) -> dict[str, Any]:
    """The values of the bind parameters. Raises ArchiveError."""
    filterset = FILTERSETS[query.collection]
    values = bind(filterset, query.filters, user, "q.")
    for table in tables:
        values |= table.bind()
    if query.cursor:
        cursor = query.cursor.removeprefix("-")
        values |= bind_cursor(filterset, query.filters, user, "at", query.collection, cursor)
    values[_NEXT_LINK] = json.dumps(query.link)[1:-1]
    values[_PREVIOUS_LINK] = values[_NEXT_LINK] + "-"
    return values


def _with_suggestion(content: bytes, query: ListQuery, user: Viewer) -> bytes:
    """The JSON of a list without results, with what ``q`` may mean if that has results, as in a search."""
    texts = [text for text in query.filters.get("q", ()) if text.strip()]
    if not texts or query.collection not in kind_names():
        return content
    filters = {name: values for name, values in query.filters.items() if name not in ("q", "order_by")}
    text = suggestion(Search(texts[0].strip(), (query.collection,), filters), user)
    return content[: -len(_NO_RESULTS)] + b'"suggestion":' + json.dumps(text).encode() + b"," + _NO_RESULTS


def _list_root(query: ListQuery, tables: list[Counts], user: Viewer, backward: bool, has_cursor: bool) -> Root:
    prepared = prepare(FILTERSETS[query.collection], query.filters, user, "q.")
    position = pagination.position_params(prepared.order, "at") if has_cursor else None
    facet_tables = tuple(
        (table.options.by[0], table.table(partial(table_fields, table.options))[0]) for table in tables
    )
    page = query_tree.Page(
        query.collection,
        prepared.rows,
        prepared.order,
        query.limit,
        (
            ("count", query_tree.Count() if query.has_count else query_tree.Constant("null")),
            ("next", query_tree.PageLink("has_next", "end", text_param(_NEXT_LINK))),
            ("previous", query_tree.PageLink("has_previous", "start", text_param(_PREVIOUS_LINK))),
            *((("facets", query_tree.TableMap(facet_tables)),) if tables else ()),
            ("results", selected_node(SERIALIZERS[query.collection], query.selection)),
        ),
        after=None if backward else position,
        before=position if backward else None,
        backward=backward,
        partitions=prepared.partitions,
    )
    return page, prepared.must_exist


def detail_json(collection: str, slug: str, selection: Selection, user: Viewer) -> tuple[str, bytes]:
    """The validator (``etags.validator``) and the JSON of a record.

    Raises ProblemError if the user can see no such record; django.db.Error.
    """
    model = SERIALIZERS[collection].Meta.model  # type: ignore[attr-defined]
    if "\x00" in slug:
        raise not_found(model, slug, user)
    key = collection, selection
    result = _COMPILED.run(
        key, {"slug": slug}, user, lambda: Compiler(user).compile(*_detail_root(collection, selection, user))
    )
    if result is None:
        raise not_found(model, slug, user)
    validator, _, content = result.partition(b" ")
    return validator.decode(), content


def not_found(model: type[Record], slug: str, user: Viewer) -> ProblemError:
    """The 404 of a record that does not exist or that the user can't see, with similar slugs.

    For the slug of a record that was merged, the redirect to the other one; 410 for one that readers saw once, with no
    more of it than its page says.
    """
    target = redirect_target(model, slug, user)
    if target is not None:
        return MovedError(f"The {model._meta.verbose_name} '{slug}' was merged into '{target.slug}'.", target.slug)
    quoted_slug = slug[:120].replace("\x00", "\\x00")
    if is_storable(slug) and (deletion := find_deletion(model, slug)) is not None:
        sentence = f"The {model._meta.verbose_name} '{quoted_slug}' was withdrawn on {deletion.moment.date()}."
        return ProblemError(410, f"{sentence} The archive does not show it any more.")
    visible = model._default_manager.visible_to(user)
    suggestion = ", ".join(suggest_slugs(visible, slug))
    kind = model._meta.verbose_name
    hint = f" Did you mean {suggestion}?" if suggestion else ""
    problem = Problem("slug", quoted_slug, expected_slug(model), suggestion)
    return ProblemError(404, f"There is no {kind} '{quoted_slug}'.{hint}", [problem])


def _detail_root(collection: str, selection: Selection, user: Viewer) -> Root:
    serializer = SERIALIZERS[collection]
    rows = serializer.Meta.model._default_manager.visible_to(user).filter(slug=text_param("slug"))  # type: ignore[attr-defined]
    node = selected_node(serializer, selection)
    stamp: Any = etags.validator(user)
    return query_tree.Detail(rows, node, stamp=stamp), ()
