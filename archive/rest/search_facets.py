"""The facets of a search: counts of its matches by dimension and collection, by one SQL statement."""

from __future__ import annotations

from typing import Any

from archive.counts import (
    MAX_FACETS,
    PERIODS_REMEDY,
    PERIODS_WITHOUT_FACET,
    CountOptions,
    Counts,
    CountsRead,
    facet_names,
    facets,
    parse_facets,
)
from archive.exceptions import ArchiveError, Problem, printable
from archive.parameter_names import closest_parameter
from archive.search.ranking import Search
from archive.sql.reads import run_together
from archive.visibility import Viewer

#: Count tables of one request: a dimension has one for each collection.
MAX_TABLES = 20

#: Of each dimension, the options by collection.
FacetOptions = dict[str, dict[str, CountOptions]]


def parse_search_facets(search: Search, names: list[str]) -> FacetOptions:
    """The options of each dimension by the searched collections that have it. Raises ArchiveError."""
    having = {kind: facet_names(kind) for kind in search.kinds}
    dimensions = sorted({name for own in having.values() for name in own})
    listed = ", ".join(dimensions) or "none, for these collections have no dimensions"
    if len({*names} & PERIODS_WITHOUT_FACET) and dimensions:
        listed += PERIODS_REMEDY
    if len(names) > MAX_FACETS:
        raise ArchiveError([Problem("facets", str(len(names)), f"at most {MAX_FACETS} of {listed}")])
    problems = [
        Problem("facets", printable(name), f"one of {listed}", closest_parameter(name, dimensions))
        for name in names
        if name not in dimensions
    ]
    if not problems and len({*names}) < len(names):
        problems = [Problem("facets", printable(", ".join(names)), "each dimension once")]
    tables = sum(name in own for name in names for own in having.values())
    if not problems and tables > MAX_TABLES:
        got = f"{len(names)} dimensions of {len(search.kinds)} collections, {tables} tables"
        problems = [Problem("facets", got, f"at most {MAX_TABLES} tables: fewer dimensions, or kind with fewer values")]
    if problems:
        raise ArchiveError(problems)
    return {
        name: {kind: parse_facets(kind, [name], None, None) for kind, own in having.items() if name in own}
        for name in names
    }


def search_facets(search: Search, options: FacetOptions, user: Viewer) -> dict[str, dict[str, Any]]:
    """The count tables by dimension and collection. Raises FilterError; django.db.Error."""
    filters = {**search.filters, "q": [search.text]}
    tables: dict[tuple[str, str], Counts] = {}
    for name, kinds in options.items():
        for kind, own in kinds.items():
            [tables[name, kind]] = facets(kind, own, filters, user, f"{name}.{kind}.")
    content = run_together([CountsRead(table) for table in tables.values()], user)
    by_dimension: dict[str, dict[str, Any]] = {name: {} for name in options}
    for (name, kind), counted in zip(tables, content, strict=True):
        by_dimension[name][kind] = counted
    return by_dimension
