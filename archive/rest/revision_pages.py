"""Pages of the revisions of a record: keyset cursors by the number, as in lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from archive.pagination import Order, decode_cursor, encode_cursor
from archive.rest.query_params import link_query, parse_limit, single

PAGE_PARAMS = ["limit", "cursor"]
_KIND = "history"
_ORDER: Order = (("ordinal",), True)


@dataclass(frozen=True, slots=True)
class _Position:
    """The position of a revision in the list: its number."""

    ordinal: int


@dataclass(frozen=True, slots=True)
class RevisionPage:
    """A request for a page of at most ``limit`` revisions: after one by its number, or before it (``backward``)."""

    limit: int
    number: int | None
    backward: bool
    link: str

    @classmethod
    def parse(cls, params: Mapping[str, list[str]], url: str) -> RevisionPage:
        """Raises ArchiveError for an invalid limit or cursor."""
        limit = parse_limit(single(params.get("limit", []), "limit"))
        cursor = (single(params.get("cursor", []), "cursor") or "").strip()
        number = decode_cursor(_KIND, _ORDER, cursor.removeprefix("-"))[0] if cursor else None
        return cls(limit, number, cursor.startswith("-"), f"{url}?{link_query(params)}")

    def content(self, revisions: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
        """The page of the revisions, the newest first; with links to its neighbours unless all fit on one page."""
        if self.number is None and len(revisions) <= self.limit:
            return {"results": revisions}
        rows = [row for row in revisions if self._is_selected(row["number"])]
        rows = rows[-self.limit :] if self.backward else rows[: self.limit]
        has_next = bool(rows) and rows[-1]["number"] > revisions[-1]["number"]
        has_previous = bool(rows) and rows[0]["number"] < revisions[0]["number"]
        return {
            "next": f"{self.link}{_cursor(rows[-1])}" if has_next else None,
            "previous": f"{self.link}-{_cursor(rows[0])}" if has_previous else None,
            "results": rows,
        }

    def _is_selected(self, number: int) -> bool:
        if self.number is None:
            return True
        return number > self.number if self.backward else number < self.number


def _cursor(row: Mapping[str, Any]) -> str:
    return encode_cursor(_KIND, _ORDER, _Position(row["number"]))
