"""Compiles a chain (``query_tree.Chain``): one recursive query over links between records, both ways.

The CTE ``walk`` is a breadth first search: a row for each direction and distance, with the records first reached there
(``level``) and all those before (``visited``) as JSON, so that each record is left once, whatever cycles there are. A
record is a number, its id and type. A level reads at most MAX_LINKS links and has one record more than are shown; the
walk stops when it has that many. ``reached`` has each record once, at its least distance, ``nodes`` those that are
shown, ``edges`` the links between them. A level has visible records only, so a record that the user can't see ends the
chain.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, Model, QuerySet

from archive.bind_parameters import OuterColumn
from archive.sql import query_tree
from archive.sql.dialects import Dialect
from archive.sql.row_sources import Sql, json_object
from archive.visibility import visible_records

if TYPE_CHECKING:
    from archive.sql.compiler import Compiler

#: The alias of the row of ``nodes`` in the objects of records.
_NODE = "chain_node"
#: Longest chain, in links.
MAX_DEPTH = 10
#: Most links that are read from all records of a distance, in one direction, so that a chain takes at most seconds.
MAX_LINKS = 20_000
_BEFORE, _AFTER = 0, 1
#: An item of a level: the record's id times the number of types, and its type.
_ITEM = "CAST(item.value AS bigint)"


def compile_chain_node(compiler: Compiler, node: object) -> Sql:
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
    walk, reached, edges = _walk(compiler, chain), _reached(compiler, chain), _edges(compiler, chain)
    rank = "min(distance * 2 + CASE WHEN distance = 0 THEN 0 ELSE way END)"
    records = compiler.dialect.json_items(compiler.dialect.json_member("walk.level", "records"))
    # The pieces are SQL compiled by Django and numbers of the program.
    ctes = [
        f"root(id, sort, slug) AS ({root})",
        f"walk(way, distance, depth, level, visited) AS ({walk.text})",
        f"visited(record, rank) AS (SELECT {_ITEM}, {rank} FROM walk CROSS JOIN {records} GROUP BY 1)",  # noqa: S608
        f"reached AS ({reached.text} ORDER BY rank, sort, slug LIMIT {chain.max_nodes + 1})",
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
                fields.append((key, _is_truncated(compiler.dialect, chain)))
            case _:
                fields.append((key, field))
    result = json_object(compiler.dialect, fields)
    params = (*root_params, *walk.params, *reached.params, *edges.params, *result.params)
    text = f"(WITH RECURSIVE {', '.join(ctes)} SELECT {result.text} FROM root)"  # noqa: S608
    return Sql(text, params)


def _is_truncated(dialect: Dialect, chain: query_tree.Chain) -> Sql:
    # The pieces are numbers of the program.
    counts = [
        f"(SELECT count(*) FROM {table}) > {limit}"  # noqa: S608
        for table, limit in (("reached", chain.max_nodes), ("edges", chain.max_edges))
    ]
    links = f"(SELECT max(CAST({dialect.json_member('level', 'links')} AS bigint)) FROM walk) > {MAX_LINKS}"  # noqa: S608
    return Sql(f"CASE WHEN {' OR '.join([*counts, links])} THEN 'true' ELSE 'false' END")


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
    dialect = compiler.dialect
    root = f"id * {len(chain.models)} + {chain.models.index(chain.rows.model)}"
    depth = compiler.expression(chain.depth)
    ways = [way for way, wanted in ((_BEFORE, chain.before), (_AFTER, chain.after)) if wanted]
    # The pieces are SQL compiled by Django and numbers of the program.
    level = f"{dialect.json_object}('records', {dialect.json_list}({root}), 'links', 0)"
    starts = [f"SELECT {way}, 0, CAST({depth.text} AS int), {level}, {dialect.json_list}() FROM root" for way in ways]  # noqa: S608
    next_level = _next_level(compiler, chain)
    records = dialect.json_member("walk.level", "records")
    size = f"{dialect.json_length}({records})"
    text = (
        f"{' UNION ALL '.join(starts)} UNION ALL "  # noqa: S608
        f"SELECT walk.way, walk.distance + 1, walk.depth, ({next_level.text}), "
        f"{dialect.json_concat('walk.visited', records)} FROM walk WHERE walk.distance < walk.depth AND {size} > 0 "
        f"AND {size} + {dialect.json_length}(walk.visited) <= {chain.max_nodes}"
    )
    return Sql(text, (*depth.params * len(ways), *next_level.params))


def _next_level(compiler: Compiler, chain: query_tree.Chain) -> Sql:
    """The JSON object of the level after a row of ``walk``: its records, and how many links were read."""
    dialect = compiler.dialect
    steps = [_step(compiler, chain, step) for step in _steps(chain)]
    visited = ("walk.visited", dialect.json_member("walk.level", "records"))
    # The pieces are SQL compiled by Django and numbers of the program.
    links = f"SELECT * FROM ({' UNION ALL '.join(step.text for step in steps)}) AS step LIMIT {MAX_LINKS + 1}"  # noqa: S608
    records = [
        f"SELECT record, sort, slug, 1 AS is_new FROM ({links}) AS link",  # noqa: S608
        *(f"SELECT {_ITEM}, NULL, NULL, 0 FROM {dialect.json_items(items)}" for items in visited),  # noqa: S608
    ]
    grouped = (
        "SELECT record, min(is_new) AS is_new, max(sort) AS sort, max(slug) AS slug, "  # noqa: S608
        f"sum(sum(is_new)) OVER () AS links FROM ({' UNION ALL '.join(records)}) AS records GROUP BY record "
        f"ORDER BY 2 DESC, 3, 4 LIMIT {chain.max_nodes + 1}"
    )
    new = dialect.json_array("record", "is_new = 1")
    level = f"{dialect.json_object}('records', {new}, 'links', max(links))"
    return Sql(
        f"SELECT {level} FROM ({grouped}) AS grouped",  # noqa: S608
        tuple(param for step in steps for param in step.params),
    )


def _step(compiler: Compiler, chain: query_tree.Chain, step: _Step) -> Sql:
    """The visible records that one kind of link leads to, in one direction, from the level of a row of ``walk``."""
    (parent, parent_model), (child, child_model) = step.parent, step.child
    dialect = compiler.dialect
    links, link_params = compiler.django_sql(
        step.rows.order_by().values(link_parent=F(parent), link_child=F(child)).query
    )
    children = _visible(compiler, child_model)
    condition = (
        f"walk.way = {step.way} AND {_has_type(chain, _ITEM, parent_model)} "
        f"AND {dialect.equals_few('link.link_parent', f'{_ITEM} / {len(chain.models)}')} "
        "AND child.child_id = link.link_child"
    )
    record = f"child_id * {len(chain.models)} + {chain.models.index(child_model)}"
    # CROSS JOIN keeps SQLite to this order: from a record to its links. The pieces are SQL compiled by Django.
    text = (
        f"SELECT {record} AS record, child_sort AS sort, child_slug AS slug "  # noqa: S608
        f"FROM {dialect.json_items(dialect.json_member('walk.level', 'records'))} CROSS JOIN ({links}) AS link "
        f"CROSS JOIN ({children.text}) AS child WHERE {condition}"
    )
    return Sql(text, (*link_params, *children.params))


def _visible(compiler: Compiler, model: type[Model]) -> Sql:
    rows = visible_records(model, compiler.user).order_by()
    text, params = compiler.django_sql(
        rows.values(child_id=F("pk"), child_sort=F("date_sort"), child_slug=F("slug")).query
    )
    return Sql(text, tuple(params))


def _has_type(chain: query_tree.Chain, record: str, model: type[Model]) -> str:
    return f"{record} %% {len(chain.models)} = {chain.models.index(model)}"


def _reached(compiler: Compiler, chain: query_tree.Chain) -> Sql:
    """The records of ``visited`` with what they are sorted by."""
    terms = []
    params: list[Any] = []
    for number, model in enumerate(chain.models):
        records = _visible(compiler, model)
        params += records.params
        identifier = compiler.dialect.equals_few("child.child_id", f"visited.record / {len(chain.models)}")
        # The pieces are SQL compiled by Django and numbers of the program.
        terms.append(
            f"SELECT {number} AS type, child_id AS id, child_sort AS sort, child_slug AS slug, rank "  # noqa: S608
            f"FROM visited CROSS JOIN ({records.text}) AS child "
            f"WHERE {_has_type(chain, 'visited.record', model)} AND {identifier}"
        )
    return Sql(" UNION ALL ".join(terms), tuple(params))


def _edges(compiler: Compiler, chain: query_tree.Chain) -> Sql:
    """The links between ``nodes``. Both ends are visible, which makes the link visible.

    A link's target is looked up by a window over links and nodes: a join compared each link with all nodes, since the
    planner expects few of both, and took 10 s for 100,000 links between 447 events.
    """
    columns = "source_rank, source_type, source_id, source, target_type, target_id, kind, outcome"
    # The pieces are SQL compiled by Django and numbers of the program.
    nodes = (
        "SELECT NULL AS source_rank, NULL AS source_type, NULL AS source_id, NULL AS source, type AS target_type, "
        "id AS target_id, NULL AS kind, NULL AS outcome, rank, slug FROM nodes"
    )
    terms = [nodes]
    params: list[Any] = []
    equals_few = compiler.dialect.equals_few
    for link in chain.links:
        rows = link.rows.order_by().values(
            link_source=F(link.source), link_target=F(link.target), link_kind=link.kind, link_outcome=link.outcome
        )
        sql, link_params = compiler.django_sql(rows.query)
        params += link_params
        source, target = (chain.models.index(model) for model in (link.source_model, link.target_model))
        terms.append(
            f"SELECT s.rank, s.type, s.id, s.slug, {target}, link.link_target, link.link_kind, link.link_outcome, "  # noqa: S608
            f"NULL, NULL FROM nodes AS s CROSS JOIN ({sql}) AS link "
            f"WHERE {equals_few('s.type', str(source))} AND {equals_few('link.link_source', 's.id')}"
        )
    ends = "PARTITION BY target_type, target_id"
    links = (
        f"SELECT {columns}, max(rank) OVER ({ends}) AS target_rank, max(slug) OVER ({ends}) AS target "  # noqa: S608
        f"FROM ({' UNION ALL '.join(terms)}) AS link"
    )
    text = (
        "SELECT DISTINCT source_rank, target_rank, source_type, source, target_type, target, kind, outcome "  # noqa: S608
        f"FROM ({links}) AS link WHERE source_rank IS NOT NULL AND target_rank IS NOT NULL "
        "AND (source_type <> target_type OR source_id <> target_id) ORDER BY 1, 2, 4, 6, 7, 8"
    )
    return Sql(text, tuple(params))


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
