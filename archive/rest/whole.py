"""A whole list, page by page: one page is in memory at a time, whatever the list's length."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import msgspec

from archive.rest.answers import ListQuestion, answer_list
from archive.rest.parameters import MOST

#: A page's rows, each the JSON of a record.
Rows = list[msgspec.Raw]


class Page(msgspec.Struct):
    next: str | None
    results: Rows


_DECODER = msgspec.json.Decoder(Page)


def whole_list(asked: ListQuestion, user: Any, limit: int | None) -> Iterator[Rows] | None:
    """All rows in the list's order, or the first ``limit``; None where something is wrong, which the usual way says.

    Each page begins after the last row of the one before, so rows that come or go meanwhile make none be skipped or
    given twice.
    """
    asked = replace(asked, limit=limit or MOST, counted=False, cursor="", link="")
    body = answer_list(asked, user)
    return None if body is None else _pages(asked, user, body, once=limit is not None)


def _pages(asked: ListQuestion, user: Any, body: bytes, once: bool) -> Iterator[Rows]:
    while True:
        page = _DECODER.decode(body)
        yield page.results
        if page.next is None or once:
            return
        following = answer_list(replace(asked, cursor=page.next), user)
        if following is None:
            # What the question names was withdrawn meanwhile: a list that ends early must not look whole.
            raise RuntimeError("The list can't be read on: a record that the question names is not there any more.")
        body = following
