"""Pages of the ranked search, read by one SQL statement, with a fragment of each record's texts."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.db.models.functions import Left

from archive import pagination
from archive.exceptions import CursorError
from archive.languages import language_tag
from archive.models import Name, SpeechAct
from archive.models.speech_act import has_english_text
from archive.registry import COLLECTIONS, Collection
from archive.search.fragments import MAX_SCANNED, FieldText, Fragment, best_fragment
from archive.search.ranking import LIST_NAME, ORDER, TIERS, Search, bind, check, decode_cursor, plan_key, prepare
from archive.search_syntax import Query
from archive.sql import query_tree
from archive.sql.compiler import Root
from archive.sql.reads import Read, run_together
from archive.visibility import Viewer, related_model

#: The language of texts that are not in that of the record, and the mark of those that are, in ``texts_node``.
_ENGLISH, _ORIGINAL = "en", "original"
_DATE_PARTS = tuple((part, part) for part in ("text", "display", "earliest", "latest"))


@dataclass(frozen=True, slots=True)
class Result:
    """A record that matches: its collection, slug, name, date (the parts of a partial date), tier and a fragment."""

    kind: str
    slug: str
    name: str
    date: Mapping[str, str | None] | None
    tier: str
    fragment: Fragment


@dataclass(frozen=True, slots=True)
class ResultPage:
    """A page of results; cursors of the neighbouring pages, None where there is none.

    ``kinds`` are the numbers of matching records by kind, or None if they were not counted.
    """

    results: list[Result]
    next_cursor: str | None
    previous_cursor: str | None
    kinds: Mapping[str, int] | None


def result_page(search: Search, user: Viewer, limit: int, cursor: str = "", has_counts: bool = False) -> ResultPage:
    """The page at a cursor, of which ``-`` in front means the page before it.

    Raises FilterError for an invalid filter, CursorError; django.db.Error.
    """
    read = ResultPageRead(search, user, limit, cursor, has_counts)
    return read.page(run_together([read], user)[0])


class ResultPageRead(Read):
    """A page of results, to be read together with what else a page shows."""

    def __init__(self, search: Search, user: Viewer, limit: int, cursor: str = "", has_counts: bool = False) -> None:
        self.search, self.user, self.limit, self.has_counts = search, user, limit, has_counts
        self.backward, self.position_text = cursor.startswith("-"), cursor.removeprefix("-")
        self.has_cursor = bool(cursor)

    def plan_key(self) -> Hashable:
        return self.limit, self.has_counts, self.backward, self.has_cursor, plan_key(self.search, self.user)

    def bind(self) -> dict[str, Any]:
        values = bind(self.search, self.user, "q.")
        if self.has_cursor:
            try:
                position = decode_cursor(self.position_text)
            except CursorError:
                self.check()  # an error in a filter comes before one in the cursor
                raise
            values |= pagination.bind_position(ORDER, "q.at", position)
        return values

    def check(self) -> None:
        check(self.search, self.user)

    def node(self) -> Root:
        prepared = prepare(self.search, self.user, "q.")
        position = pagination.position_params(ORDER, "q.at") if self.has_cursor else None
        options = tuple((kind, COLLECTIONS[kind].model, _record_node(COLLECTIONS[kind])) for kind in self.search.kinds)
        item = query_tree.Object(
            (
                ("kind", query_tree.Column("kind")),
                ("tier", query_tree.Enum("tier_name", tuple((name, name) for name in TIERS))),
                ("record", query_tree.RecordOfKind("kind", "record_id", options)),
            )
        )
        info: tuple[tuple[str, query_tree.PageInfoField], ...] = (
            ("has_next", "has_next"), ("has_previous", "has_previous"), ("start", "start"), ("end", "end"),
        )  # fmt: skip
        counts = query_tree.CountsBy(prepared.all_kinds, "kind") if self.has_counts else query_tree.Constant("null")
        page = query_tree.Page(
            LIST_NAME,
            prepared.rows,
            ORDER,
            self.limit,
            (("results", item), ("info", query_tree.PageInfo(info)), ("kinds", counts)),
            after=None if self.backward else position,
            before=position if self.backward else None,
            backward=self.backward,
            partitions=prepared.partitions,
        )
        return page, prepared.must_exist

    def page(self, content: dict[str, Any]) -> ResultPage:
        """The page of the node's content."""
        info = content["info"]
        return ResultPage(
            [_result(row, self.search.query) for row in content["results"]],
            info["end"] if info["has_next"] else None,
            f"-{info['start']}" if info["has_previous"] and info["start"] else None,
            content["kinds"],
        )


def _record_node(collection: Collection) -> query_tree.Object:
    """Slug, name, date and texts of a record."""
    return query_tree.Object((*heading_fields(collection), ("texts", texts_node(collection))))


def heading_fields(collection: Collection) -> tuple[tuple[str, query_tree.Node], ...]:
    """Slug, name and date of a record."""
    indexed = collection.indexed
    assert indexed is not None  # noqa: S101
    date: query_tree.Node = query_tree.Date(indexed.date, _DATE_PARTS) if indexed.date else query_tree.Constant("null")
    return ("slug", query_tree.Column("slug")), ("name", query_tree.Column(indexed.name[0])), ("date", date)


def texts_node(collection: Collection) -> query_tree.Object:
    """The texts of a record for ``record_fragment``, by their field and path, and the language of its own words."""
    indexed = collection.indexed
    assert indexed is not None  # noqa: S101
    language = query_tree.Column(indexed.language) if indexed.language else query_tree.Constant('""')
    texts = [(f"{field} {path}", _text_node(collection.model, path)) for field, path in _text_paths(collection)]
    originals = {f"text {path}" for path in indexed.original}
    return query_tree.Object((
        ("language", language),
        *((f"{key} {_ORIGINAL}" if key in originals else key, node) for key, node in texts),
    ))  # fmt: skip


def _text_paths(collection: Collection) -> Iterator[tuple[str, str]]:
    """The indexed texts of a record in the order in which fragments prefer them, each with its field."""
    indexed = collection.indexed
    assert indexed is not None  # noqa: S101
    groups = (("summary", indexed.summary), ("text", indexed.original), ("text", indexed.text))
    for field, paths in (*groups, ("name", indexed.other_names)):
        # What is folded is no text to show.
        yield from ((field, path) for path in paths if not path.endswith("folded"))


def _text_node(model: type[Model], path: str) -> query_tree.Node:
    relation, _, column = path.partition("__")
    if not column:
        return query_tree.Column(Left(path, MAX_SCANNED))
    part = related_model(model, relation)
    fields = [("text", query_tree.Column(Left(column, MAX_SCANNED)))]
    if part is Name:
        fields += [("language", query_tree.Column("language")), ("script", query_tree.Column("script"))]
    elif part is SpeechAct and column == "text":
        fields += [("form", query_tree.Column("form")), ("translation", query_tree.Column(Left("translation", 1)))]
    return query_tree.ToMany((query_tree.Relation(relation, part, query_tree.Object(tuple(fields))),))


def _result(row: dict[str, Any], query: Query) -> Result:
    record = row["record"]
    fragment = record_fragment(record["texts"], query)
    return Result(row["kind"], record["slug"], record["name"], record["date"], row["tier"], fragment)


def record_fragment(texts: Mapping[str, Any], query: Query) -> Fragment:
    """The fragment of a record, from the data of ``texts_node``."""
    return best_fragment(_texts(texts), query)


def _texts(texts: Mapping[str, Any]) -> Iterator[FieldText]:
    """The texts with their fields and languages."""
    for key, value in texts.items():
        if key == "language":
            continue
        language = texts["language"] if key.endswith(f" {_ORIGINAL}") else _ENGLISH
        for part in value if isinstance(value, list) else [{"text": value}]:
            yield FieldText(key.partition(" ")[0], part["text"], _language(part, language))


def _language(part: Mapping[str, str], language: str) -> str:
    """The language of a text of a record, or of one of its parts, whose texts are in ``language`` by default."""
    if "script" in part:
        return language_tag(part["language"], part["script"])
    if "form" in part and has_english_text(part["form"], part["translation"]):
        return _ENGLISH
    return language
