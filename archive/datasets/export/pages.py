"""Records as lines of JSON, one SQL statement per page, so that memory does not grow with the archive.

Records with a slug are ordered by it, which is the same on every database; others by id, the order in which they were
entered: ``load`` keeps it, and names and citations are shown in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.db.models import Case, F, Q, When

from archive.bind_parameters import number_param, text_param
from archive.database import in_chunks
from archive.datasets.export.selection import exported, exported_records
from archive.datasets.schema import Column, RecordType, record_types
from archive.sql import query_tree
from archive.sql.compiler import Compiler
from archive.visibility import Viewer

#: Rows of a page: enough to make the statement's overhead small, few enough to hold some megabytes.
PAGE_ROWS = 4_000
#: Rows of a page of records selected by id.
SELECTED_PAGE_ROWS = 500


def all_pages(record_type: RecordType, user: Viewer, using: str) -> Iterator[bytes]:
    """Pages of lines of all exported records of the type."""
    key = "slug" if record_type.has_slug else "pk"
    param = text_param("after") if key == "slug" else number_param("after")
    rows = exported_records(record_type.model, user).filter(**{f"{key}__gt": param}).order_by(key)
    query = Compiler(user, using).lines(rows, record_node(record_type, user), key, PAGE_ROWS)
    after: str | int = "" if key == "slug" else 0
    while (value := query.run({"after": after}, using)) is not None:
        last, _, page = bytes(value).partition(b"\n")
        yield page
        after = last.decode() if key == "slug" else int(last)


def selected_pages(record_type: RecordType, user: Viewer, using: str, ids: set[int]) -> Iterator[bytes]:
    """Pages of lines of the records with these ids, all of which are exported."""
    key = "slug" if record_type.has_slug else "pk"
    # Every page binds the same number of parameters, so that the statement is planned once: the last id fills up.
    params = [number_param(str(number)) for number in range(SELECTED_PAGE_ROWS)]
    rows = record_type.model._default_manager.filter(pk__in=params).order_by(key)
    query = Compiler(user, using).lines(rows, record_node(record_type, user), key, SELECTED_PAGE_ROWS)
    for page in in_chunks(_ordered(record_type, ids), SELECTED_PAGE_ROWS):
        values = {str(number): page[min(number, len(page) - 1)] for number in range(SELECTED_PAGE_ROWS)}
        value = query.run(values, using)
        if value is not None:
            yield bytes(value).partition(b"\n")[2]


def _ordered(record_type: RecordType, ids: Iterable[int]) -> list[int]:
    """The ids in the order of the record type's file."""
    pks = sorted(ids)
    if not record_type.has_slug:
        return pks
    slugs: dict[int, str] = {}
    for chunk in in_chunks(pks):
        records = record_type.model._default_manager.filter(pk__in=chunk)
        slugs.update(records.values_list("pk", "slug"))
    return sorted(slugs, key=lambda pk: slugs[pk])


# Query trees


def record_node(record_type: RecordType, user: Viewer) -> query_tree.Object:
    """The query tree of a record: a JSON object with a key for each column, relations by natural key."""
    return query_tree.Object(
        tuple((column.name, _column_node(record_type, column, user)) for column in record_type.columns)
    )


def _column_node(record_type: RecordType, column: Column, user: Viewer) -> query_tree.Node:
    if column.data_type == "relations":
        return query_tree.ArrayOf(column.name, exported_records(column.field.related_model, user), "slug")
    if column.data_type == "relation":
        return _relation_node(record_type, column, user)
    if column.data_type == "number":
        return query_tree.Column(column.name, "number", null=True)
    return query_tree.Column(column.name, null=True)


def _relation_node(record_type: RecordType, column: Column, user: Viewer) -> query_tree.Node:
    """The slug of a record, null where it is not exported; of a record without a slug the parts of its key."""
    target = record_types()[column.target]
    if not target.has_slug:
        # A part and the rows that refer to it are visible only if all records in its key are: no condition is needed.
        parts = tuple(query_tree.Column(f"{column.name}__{path}", null=True) for path in key_paths(target))
        return query_tree.Array(parts, f"{column.name}_id")
    slug = f"{column.name}__slug"
    condition = exported(target.model, user, f"{column.name}__")
    if not condition or column.name in record_type.model.visibility_parents:
        return query_tree.Column(slug, null=True)
    return query_tree.Column(Case(When(Q(condition), then=F(slug))), null=True)


def key_paths(record_type: RecordType) -> list[str]:
    """The lookups of the parts of a natural key; relations by slug."""
    return [f"{name}__slug" if record_type.column(name).data_type == "relation" else name for name in record_type.key]
