"""Compiles a chain (``query_tree.Chain``): one recursive query over links between records, both ways.

The CTE ``walk`` visits records by breadth first search: a row for each direction, record and distance. Equal rows are
visited once and the distance is bounded, so cycles end; ``LIMIT`` bounds the rows. ``reached`` has each record once,
at its least distance, ``nodes`` those that are shown, ``edges`` the links between them. A step joins visible records
only, so a record that the user can't see ends the chain.

PostgreSQL allows one recursive term, with a LATERAL subquery for the links of a row; SQLite has no LATERAL and allows
several recursive terms, one for each kind of link.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet

from archive.bind_parameters import OuterColumn
from archive.sql import query_tree
from archive.sql.dialects import Dialect
from archive.sql.row_sources import Sql, json_object

if TYPE_CHECKING:
    from archive.sql.compiler import Compiler

#: The alias of the row of ``nodes`` in the objects of records.
_NODE = "chain_node"
#: Longest chain, in links; ``walk`` has a row for each distance at which it reaches a record.
MAX_DEPTH = 10
_BEFORE, _AFTER = 0, 1


def compile_chain_node(compiler: Compiler, node: Any) -> Sql:
    """A chain, or a field of its records."""
    match node:
        case query_tree.Chain():
            return _chain(compiler, node)
        case query_tree.ChainDistance():  # ``rank`` is twice the distance, and odd for what followed
            return Sql(f"CAST({_NODE}.rank / 2 AS text)")
        case query_tree.ChainDirection(before, after):
            words = [compiler.dialect.literal(f'"{word}"') for word in (before, after)]
            parity = f"CASE {_NODE}.rank %% 2 WHEN {_BEFORE} THEN {words[0]} ELSE {words[1]} END"
            return Sql(f"CASE WHEN {_NODE}.rank = 0 THEN 'null' ELSE {parity} END")
        case _:
            raise TypeError(f"node: got {type(node).__name__}, expected a class of archive.sql.query_tree")


def _chain(compiler: Compiler, chain: query_tree.Chain) -> Sql:
    """The JSON object of a chain; NULL if its record does not exist or is hidden."""
    root, root_params = compiler.django_sql(chain.rows.order_by().values("pk", "date_sort", "slug").query)
    walk = _walk(compiler, chain)
    edges = _edges(compiler, chain)
    max_rows = (chain.max_nodes + 1) * (MAX_DEPTH + 1)
    rank = "min(distance * 2 + CASE WHEN distance = 0 THEN 0 ELSE way END) AS rank"
    # The pieces are SQL compiled by Django and numbers of the program.
    ctes = [
        f"root(id, sort, slug) AS ({root})",
        f"walk(way, type, id, distance, depth, sort, slug) AS ({walk.text})",
        f"visited AS (SELECT * FROM walk LIMIT {max_rows})",  # noqa: S608
        f"reached AS (SELECT type, id, sort, slug, {rank} FROM visited GROUP BY type, id, sort, slug "  # noqa: S608
        f"ORDER BY 5, sort, slug LIMIT {chain.max_nodes + 1})",
        f"nodes AS (SELECT * FROM reached ORDER BY rank, sort, slug LIMIT {chain.max_nodes})",  # noqa: S608
        f"edges AS ({edges.text} LIMIT {chain.max_edges + 1})",
    ]
    fields: list[tuple[str, Any]] = []
    for key, field in chain.fields:
        match field:
            case query_tree.ChainNodes():
                fields.append((key, _node_list(compiler, field)))
            case query_tree.ChainEdges():
                fields.append((key, _edge_list(compiler, chain, field)))
            case query_tree.ChainTruncated():
                fields.append((key, _is_truncated(chain, max_rows)))
            case _:
                fields.append((key, field))
    result = json_object(compiler.dialect, fields)
    params = (*root_params, *walk.params, *edges.params, *result.params)
    text = f"(WITH RECURSIVE {', '.join(ctes)} SELECT {result.text} FROM root)"  # noqa: S608
    return Sql(text, params)


def _is_truncated(chain: query_tree.Chain, max_rows: int) -> Sql:
    # The pieces are numbers of the program.
    counts = [
        f"(SELECT count(*) FROM {table}) > {limit}"  # noqa: S608
        for table, limit in (("visited", max_rows - 1), ("reached", chain.max_nodes), ("edges", chain.max_edges))
    ]
    return Sql(f"CASE WHEN {' OR '.join(counts)} THEN 'true' ELSE 'false' END")


@dataclass(frozen=True, slots=True)
class _Step:
    """The links of one kind in one direction: the record that is left (``parent``) and that is reached (``child``)."""

    way: int
    rows: QuerySet[Any]
    parent: tuple[str, Any]
    child: tuple[str, Any]


def _steps(chain: query_tree.Chain) -> Iterator[_Step]:
    for link in chain.links:
        ends = (link.source, link.source_model), (link.target, link.target_model)
        earlier, later = ends if link.is_forward else ends[::-1]
        if chain.before:
            yield _Step(_BEFORE, link.rows, later, earlier)
        if chain.after:
            yield _Step(_AFTER, link.rows, earlier, later)


def _walk(compiler: Compiler, chain: query_tree.Chain) -> Sql:
    """The recursive query of ``walk``."""
    root_type = chain.models.index(chain.rows.model)
    depth = compiler.expression(chain.depth)
    ways = [way for way, wanted in ((_BEFORE, chain.before), (_AFTER, chain.after)) if wanted]
    # The pieces are SQL compiled by Django and numbers of the program.
    starts = [f"SELECT {way}, {root_type}, id, 0, CAST({depth.text} AS int), sort, slug FROM root" for way in ways]  # noqa: S608
    steps = [_step(compiler, chain, step) for step in _steps(chain)]
    params = (*depth.params * len(ways), *(param for step in steps for param in step.params))
    if compiler.dialect.has_lateral:
        links = (
            f"SELECT DISTINCT * FROM ({' UNION ALL '.join(step.text for step in steps)}) AS step ORDER BY sort, slug"  # noqa: S608
        )
        term = (
            "SELECT walk.way, step.type, step.id, walk.distance + 1, walk.depth, step.sort, step.slug FROM walk "  # noqa: S608
            f"CROSS JOIN LATERAL ({links} LIMIT {chain.max_nodes + 1}) AS step WHERE walk.distance < walk.depth"
        )
        return Sql(f"{' UNION ALL '.join(starts)} UNION {term}", params)
    terms = " UNION ".join(step.text for step in steps)
    # The queue of rows to expand is in this order, so that the nearest are visited first.
    order = f"ORDER BY 4, 1, 6, 7 LIMIT {(chain.max_nodes + 1) * (MAX_DEPTH + 1)}"
    return Sql(f"{' UNION ALL '.join(starts)} UNION {terms} {order}", params)


def _step(compiler: Compiler, chain: query_tree.Chain, step: _Step) -> Sql:
    """The rows of ``walk`` that are reached by one kind of link in one direction."""
    (parent, parent_model), (child, child_model) = step.parent, step.child
    links, link_params = compiler.django_sql(
        step.rows.order_by().values(link_parent=F(parent), link_child=F(child)).query
    )
    visible = child_model._default_manager.visible_to(compiler.user).order_by()
    children, child_params = compiler.django_sql(
        visible.values(child_id=F("pk"), child_sort=F("date_sort"), child_slug=F("slug")).query
    )
    parent_type, child_type = chain.models.index(parent_model), chain.models.index(child_model)
    equals_few = compiler.dialect.equals_few
    # CROSS JOIN keeps SQLite to this order: from a record to its links.
    tables = f"({links}) AS link CROSS JOIN ({children}) AS child"
    condition = (
        f"walk.way = {step.way} AND {equals_few('walk.type', str(parent_type))} AND walk.distance < walk.depth "
        f"AND {equals_few('link.link_parent', 'walk.id')} AND child.child_id = link.link_child"
    )
    if compiler.dialect.has_lateral:
        columns = f"{child_type} AS type, child_id AS id, child_sort AS sort, child_slug AS slug"
    else:
        columns = f"{step.way}, {child_type}, child_id, walk.distance + 1, walk.depth, child_sort, child_slug"
        tables = f"walk CROSS JOIN {tables}"
    # The pieces are SQL compiled by Django and numbers of the program.
    text = f"SELECT {columns} FROM {tables} WHERE {condition}"  # noqa: S608
    return Sql(text, (*link_params, *child_params))


def _edges(compiler: Compiler, chain: query_tree.Chain) -> Sql:
    """The links between ``nodes``. Both ends are visible, which makes the link visible."""
    terms: list[str] = []
    params: list[Any] = []
    equals_few = compiler.dialect.equals_few
    for link in chain.links:
        rows = link.rows.order_by().values(
            link_source=F(link.source), link_target=F(link.target), link_kind=link.kind, link_outcome=link.outcome
        )
        sql, link_params = compiler.django_sql(rows.query)
        params += link_params
        source, target = (chain.models.index(model) for model in (link.source_model, link.target_model))
        # The pieces are SQL compiled by Django and numbers of the program.
        condition = equals_few("link.link_source", "s.id")
        terms.append(
            "SELECT s.rank, t.rank, s.type AS source_type, s.slug AS source, t.type AS target_type, t.slug AS target, "  # noqa: S608
            f"link.link_kind AS kind, link.link_outcome AS outcome FROM nodes AS s CROSS JOIN ({sql}) AS link "
            f"CROSS JOIN nodes AS t WHERE {equals_few('s.type', str(source))} AND {condition} AND t.type = {target} "
            "AND link.link_target = t.id AND (s.type <> t.type OR s.id <> t.id)"
        )
    return Sql(f"{' UNION '.join(terms)} ORDER BY 1, 2, 4, 6, 7, 8", tuple(params))


def _node_list(compiler: Compiler, nodes: query_tree.ChainNodes) -> Sql:
    cases: list[str] = []
    params: list[Any] = []
    for number, (model, item) in enumerate(nodes.options):
        rows = model._default_manager.filter(pk=OuterColumn(_NODE, "id", model._meta.pk))
        sql = compiler.single(rows, item)
        cases.append(f"WHEN {number} THEN {sql.text}")
        params += sql.params
    item_text = f"CASE {_NODE}.type {' '.join(cases)} END"
    ordered = "(SELECT * FROM nodes ORDER BY rank, sort, slug)"
    joined = f"SELECT {compiler.dialect.joined(item_text)} FROM {ordered} AS {_NODE}"  # noqa: S608
    return Sql(f"'[' || coalesce(({joined}), '') || ']'", tuple(params))


def _edge_list(compiler: Compiler, chain: query_tree.Chain, edges: query_tree.ChainEdges) -> Sql:
    fields: list[tuple[str, Any]] = []
    for key, field in edges.fields:
        match field:
            case query_tree.ChainEnd():
                fields.append((key, _end(compiler.dialect, field)))
            case query_tree.ChainWord():
                fields.append((key, compiler.enum(f"edge.{field.column}", field.values)))
            case _:
                fields.append((key, field))
    item = json_object(compiler.dialect, fields)
    ordered = f"(SELECT * FROM edges LIMIT {chain.max_edges})"  # noqa: S608
    joined = f"SELECT {compiler.dialect.joined(item.text)} FROM {ordered} AS edge"  # noqa: S608
    return Sql(f"'[' || coalesce(({joined}), '') || ']'", item.params)


def _end(dialect: Dialect, end: query_tree.ChainEnd) -> Sql:
    cases: list[str] = []
    for number, prefix in enumerate(end.prefixes):
        if end.is_global:
            text = dialect.global_id(prefix, f"edge.{end.end}")
        else:
            text = dialect.concat([dialect.literal(f'"{prefix}'), f"edge.{end.end}", dialect.literal('"')])
        cases.append(f"WHEN {number} THEN {text}")
    return Sql(f"CASE edge.{end.end}_type {' '.join(cases)} END")
