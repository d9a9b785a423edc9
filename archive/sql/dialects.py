"""How each database writes JSON: texts are escaped by the database's own functions, never by us."""

from __future__ import annotations

import re
from typing import Any

from django.db.models import TextChoices

from archive.bind_parameters import Parameter
from archive.sql.query_tree import JsonType

_PLACEHOLDER = re.compile(r"(%s|%%)")


class Dialect:
    """Pieces of SQL. Arguments and results are SQL text in which a literal percent sign is doubled."""

    #: A line feed.
    newline: str
    #: What stands beside a page's numbered rows (``r``): columns, with a comma before each.
    counted = ""
    #: Whether a page's rows are faster kept as a table and read again than numbered.
    copies = False

    @staticmethod
    def literal(text: str) -> str:
        """A string of the program's own as SQL."""
        return "'" + text.replace("'", "''").replace("%", "%%") + "'"

    @staticmethod
    def concat(parts: list[str]) -> str:
        """Texts one after the other; null where one is null."""
        return " || ".join(parts)

    @staticmethod
    def plain(sql: str) -> str:
        """A text in which nothing has to be escaped (:mod:`archive.models.constraints`)."""
        return f"'\"' || {sql} || '\"'"

    def array(self, item: str, where: str = "") -> str:
        """An aggregate: all items as a JSON array, in the order of the rows."""
        return f"'[' || coalesce({self.joined(item, where)}, '') || ']'"

    def joined(self, item: str, where: str = "", between: str = "','") -> str:
        raise NotImplementedError

    def first(self, sql: str, alias: str) -> str:
        """An aggregate: a text of the row that has the number 1."""
        raise NotImplementedError

    def last(self, sql: str, alias: str, size: int) -> str:
        """An aggregate: a text of the last row that has one of the numbers 1 to ``size``."""
        raise NotImplementedError

    def value(self, sql: str, form: JsonType) -> str:
        raise NotImplementedError

    def global_id(self, kind: str, sql: str) -> str:
        raise NotImplementedError

    def cursor(self, text: str) -> str:
        """URL-safe base64 without padding."""
        raise NotImplementedError

    def result(self, sql: str) -> str:
        """The answer as a column, of the type that the driver hands over as bytes."""
        raise NotImplementedError

    def constant(self, value: Any) -> str | None:
        """What never changes as SQL; None for what the driver must be given each time."""
        raise NotImplementedError

    def inline(self, sql: str, params: list[Any]) -> tuple[str, list[Any]]:
        """The statement's text, with what never changes in it, and its remaining parameters."""
        pieces, left, given = [], [], iter(params)
        for piece in _PLACEHOLDER.split(sql):
            if piece == "%s":
                param = next(given)
                text = None if isinstance(param, Parameter) else self.constant(param)
                if text is None:
                    left.append(param)
                else:
                    piece = text
            pieces.append(piece)
        return "".join(pieces), left


class PostgreSQL(Dialect):
    newline = "chr(10)"
    counted = ", count(*) OVER () AS m"

    def first(self, sql: str, alias: str) -> str:
        return f"max(CASE WHEN {alias}.n = 1 THEN {sql} END)"

    def last(self, sql: str, alias: str, size: int) -> str:
        return f"max(CASE WHEN {alias}.n = least({alias}.m, {size}) THEN {sql} END)"

    def joined(self, item: str, where: str = "", between: str = "','") -> str:
        return f"string_agg({item}, {between})" + (f" FILTER (WHERE {where})" if where else "")

    def value(self, sql: str, form: JsonType) -> str:
        if form == "number":
            return f"{sql}::text"
        if form == "flag":
            return f"CASE WHEN {sql} THEN 'true' ELSE 'false' END"
        if form in ("moment", "instant"):
            zone = "Z" if form == "instant" else "+00:00"
            shown = f"to_char({sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
            return f"'\"' || replace({shown}, '.000000', '') || '{zone}\"'"
        return f"to_json({sql})::text"

    def global_id(self, kind: str, sql: str) -> str:
        # base64 breaks lines after 76 characters.
        encoded = f"encode(convert_to('{kind}:' || {sql}, 'UTF8'), 'base64')"
        return f"'\"' || translate({encoded}, chr(10), '') || '\"'"

    def cursor(self, text: str) -> str:
        # base64 breaks lines after 76 characters: the line feed has no counterpart in the translation and goes.
        return f"rtrim(translate(encode(convert_to({text}, 'UTF8'), 'base64'), '+/' || chr(10), '-_'), '=')"

    def result(self, sql: str) -> str:
        return f"({sql})::text AS answer"

    def constant(self, value: Any) -> str:
        """Any value becomes SQL: the planner then knows that ``published`` is most rows."""
        from psycopg.sql import Literal

        plain = str(value) if isinstance(value, str) else value
        return Literal(plain).as_string(None).replace("%", "%%")


class SQLite(Dialect):
    newline = "char(10)"
    # To number them took a third of a page's time. (A table of rows below another row it does not take.)
    copies = True

    def first(self, sql: str, alias: str) -> str:
        return f"group_concat(CASE WHEN {alias}.n = 1 THEN {sql} END)"

    def last(self, sql: str, alias: str, size: int) -> str:
        # Beside an only max(), SQLite takes columns from the row that has it (https://www.sqlite.org/lang_select.html,
        # "Bare columns in an aggregate query"). To count the rows beforehand took a sixth of a page's time.
        return f"CASE WHEN max(CASE WHEN {alias}.n <= {size} THEN {alias}.n END) > 0 THEN {sql} END"

    def joined(self, item: str, where: str = "", between: str = "','") -> str:
        return f"group_concat({item}, {between})" + (f" FILTER (WHERE {where})" if where else "")

    def value(self, sql: str, form: JsonType) -> str:
        if form == "number":
            return f"CAST({sql} AS TEXT)"
        if form == "flag":
            return f"CASE WHEN {sql} THEN 'true' ELSE 'false' END"
        if form in ("moment", "instant"):
            zone = "Z" if form == "instant" else "+00:00"
            return f"'\"' || replace({sql}, ' ', 'T') || '{zone}\"'"
        return f"json_quote({sql})"

    def global_id(self, kind: str, sql: str) -> str:
        return f"'\"' || chancery_base64('{kind}:' || {sql}) || '\"'"

    def cursor(self, text: str) -> str:
        return f"chancery_cursor({text})"

    def result(self, sql: str) -> str:
        # Named: the driver searches each column's name, and an unnamed column's is the whole expression.
        return f"CAST({sql} AS BLOB) AS answer"

    def constant(self, value: Any) -> str | None:
        """Only a vocabulary's word becomes SQL: there may be twenty, and giving each takes as long as finding a row."""
        return self.literal(str(value)) if isinstance(value, TextChoices) else None


DIALECTS: dict[str, Dialect] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}
