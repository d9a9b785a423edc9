"""Records of a kind as lines of JSON, page by page, so that memory does not grow with the archive.

Records with a slug come in its order, which is the same on every database; parts in the order in which they were
entered, which ``load`` keeps, because names and citations are shown in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from archive.bind_parameters import number_param, text_param
from archive.datasets import schema
from archive.datasets.export import nodes, scope
from archive.sql.compiler import Compiler

#: Rows in one statement: enough to make its overhead small, few enough to hold some megabytes at a time.
SIZE = 4_000
#: Rows in one statement where their ids are given.
CHOSEN = 500


def of_all(kind: schema.Kind, asker: Any, using: str) -> Iterator[bytes]:
    """Pages of lines of all records of the kind."""
    key = "slug" if kind.model is not None and kind.has_slug else "pk"
    slot = text_param("after") if key == "slug" else number_param("after")
    rows = scope.rows(kind.model, asker).filter(**{f"{key}__gt": slot}).order_by(key)
    statement = Compiler(asker, using).lines(rows, nodes.made(kind, asker), key, SIZE)
    after: str | int = "" if key == "slug" else 0
    while (answer := statement.run({"after": after}, using)) is not None:
        last, _, page = bytes(answer).partition(b"\n")
        yield page
        after = last.decode() if key == "slug" else int(last)


def of_some(kind: schema.Kind, asker: Any, using: str, ids: Sequence[int]) -> Iterator[bytes]:
    """Pages of lines of the records with these ids, which are in the export and in the order of the kind."""
    key = "slug" if kind.has_slug else "pk"
    # Each page fills the same slots, so that the statement is planned once; the last id stands in for missing ones.
    slots = [number_param(str(number)) for number in range(CHOSEN)]
    rows = kind.model._default_manager.filter(pk__in=slots).order_by(key)
    statement = Compiler(asker, using).lines(rows, nodes.made(kind, asker), key, CHOSEN)
    for start in range(0, len(ids), CHOSEN):
        page = ids[start : start + CHOSEN]
        filled = {str(number): page[min(number, len(page) - 1)] for number in range(CHOSEN)}
        answer = statement.run(filled, using)
        if answer is not None:
            yield bytes(answer).partition(b"\n")[2]


def ordered(kind: schema.Kind, ids: set[int]) -> list[int]:
    """The ids in the order of the kind's file."""
    if not kind.has_slug:
        return sorted(ids)
    listed = sorted(ids)
    slugs: dict[int, str] = {}
    for start in range(0, len(listed), CHOSEN):
        slugs.update(
            kind.model._default_manager.filter(pk__in=listed[start : start + CHOSEN]).values_list("pk", "slug")
        )
    return sorted(slugs, key=lambda pk: slugs[pk])
