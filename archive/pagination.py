"""Keyset pagination: a cursor encodes the position of a row in an order, so that inserts and deletes shift no page."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from archive.bind_parameters import BindParam, datetime_param, number_param, text_param
from archive.exceptions import CursorError, Problem
from archive.moments import utc_text
from archive.text import is_storable

Order = tuple[tuple[str, ...], bool]  # (columns or paths, descending)
#: Columns with primary keys, which cursors contain as opaque numbers: keys tell how many unpublished rows there are.
OPAQUE_COLUMNS = frozenset({"record_id"})


@dataclass(frozen=True, slots=True)
class Page:
    """The rows of a page in order, and whether rows precede and follow it."""

    rows: list[Any]
    has_previous: bool
    has_next: bool


def position(row: object, fields: Sequence[str]) -> list[Any]:
    """The row's values in the fields of an order."""
    values = []
    for path in fields:
        value: Any = row
        for part in path.split("__"):
            value = getattr(value, part)
        values.append(utc_text(value) if isinstance(value, datetime) else value)
    return values


def encode_cursor(kind: str, order: Order, row: object) -> str:
    """An opaque text for the row's position in that list and order."""
    fields, descending = order
    text = json.dumps(
        [kind, [*fields], int(descending), position(row, fields)], separators=(",", ":"), ensure_ascii=False
    )
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode_cursor(kind: str, order: Order, text: str, name: str = "cursor", order_by: str = "") -> list[Any]:
    """The position in a cursor. Raises CursorError for an invalid cursor, or one of another list or order.

    ``order_by`` is the order as the client names it, for the error.
    """
    fields, descending = order
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor_kind, columns, cursor_descending, values = json.loads(raw.decode())
    except (binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise _cursor_error(name, text, gettext("a cursor that this list of {kind} gave").format(kind=kind)) from error
    if cursor_kind != kind or columns != [*fields] or cursor_descending != int(descending):
        raise _cursor_error(
            name, text,
            gettext("a cursor of this list ({kind} by {field}); this one is of another list or order").format(
                kind=kind, field=order_by or fields[0]
            ),
            words=(order_by,) if order_by else (),
        )  # fmt: skip
    if not isinstance(values, list) or len(values) != len(fields) or not _has_types(fields, values):
        raise _cursor_error(name, text, gettext("a cursor that this list of {kind} gave").format(kind=kind))
    return values


def _is_utc_datetime(value: object) -> bool:
    """Whether it is the text of a datetime with a time zone that is in the years 1 to 9999 in UTC."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment is not None and moment.tzinfo is not None and moment.astimezone(UTC) == moment
    except (ValueError, OverflowError):
        return False


def is_number(path: str) -> bool:
    """Whether a column of an order is a number."""
    return path.endswith(("_sort", "sequence", "ordinal", "position", "id", "tier"))


def _has_types(fields: Sequence[str], values: list[Any]) -> bool:
    """Whether each value has the type of its column."""

    def fits(field: str, value: object) -> bool:
        if is_number(field):
            return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**63
        if field == "updated_at":
            return _is_utc_datetime(value)
        return isinstance(value, str) and is_storable(value)

    return all(fits(field, value) for field, value in zip(fields, values, strict=True))


def _cursor_error(name: str, text: str, expected: str, words: tuple[str, ...] = ()) -> CursorError:
    remedy = gettext("{expected}; take it from the answer, or leave it out to start over")
    return CursorError([Problem(name, text[:64], remedy.format(expected=expected), words=words)])


def position_params(order: Order, key: str) -> tuple[BindParam, ...]:
    """Bind parameters ``key.0``, ``key.1``, ... for a position in the order."""

    def param(path: str) -> Any:
        return number_param if is_number(path) else datetime_param if path == "updated_at" else text_param

    return tuple(param(path)(f"{key}.{number}") for number, path in enumerate(order[0]))


def bind_position(order: Order, key: str, position: Sequence[Any]) -> dict[str, Any]:
    """The values of those parameters, from a decoded cursor."""
    return {
        f"{key}.{number}": datetime.fromisoformat(value) if path == "updated_at" else value
        for number, (path, value) in enumerate(zip(order[0], position, strict=True))
    }


def after_position(order: Order, values: Sequence[Any], backward: bool = False) -> Q:
    """Rows after a position (before it with ``backward``).

    The OR form alone scans the whole index; the additional bound on the first column lets the database seek.
    """
    fields, descending = order
    after = "lt" if descending != backward else "gt"
    condition, equal = Q(), Q()
    for field, value in zip(fields, values, strict=True):
        condition |= equal & Q(**{f"{field}__{after}": value})
        equal &= Q(**{field: value})
    return Q(**{f"{fields[0]}__{after}e": values[0]}) & condition


def ordering(order: Order, backward: bool = False) -> list[str]:
    fields, descending = order
    return [f"-{field}" if descending != backward else field for field in fields]


def page(
    queryset: QuerySet[Any], order: Order, size: int,
    after: Sequence[Any] | None = None, before: Sequence[Any] | None = None,
    backward: bool = False,
) -> Page:  # fmt: skip
    """``size`` rows after (or before) a position, and whether more rows are on either side."""
    if after is not None:
        queryset = queryset.filter(after_position(order, after))
    if before is not None:
        queryset = queryset.filter(after_position(order, before, backward=True))
    rows = list(queryset.order_by(*ordering(order, backward))[: size + 1])
    has_more = len(rows) > size
    rows = rows[:size]
    if backward:
        rows.reverse()
        return Page(rows, has_previous=has_more, has_next=before is not None)
    return Page(rows, has_previous=after is not None, has_next=has_more)
