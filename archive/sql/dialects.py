"""SQL dialects: how each database builds JSON text. Values are escaped by the database's own functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django.db.models import TextChoices

from archive.bind_parameters import Parameter
from archive.sql.query_tree import JsonType

_PLACEHOLDER = re.compile(r"(%s|%%)")


class Dialect:
    """Builders of SQL fragments. In arguments and results a literal percent sign is doubled."""

    #: Django's name of the database.
    vendor: str
    #: A line feed.
    newline: str
    #: The functions of the greatest and the least of several values.
    greatest: str
    least: str
    #: The suffix of a column that is ordered by its bytes.
    bytewise = ""
    #: A column with the number of rows beside a page's row numbers, after a comma; empty where none is needed.
    row_count_column = ""
    #: Whether a page's rows are materialised as a CTE and read again, because numbering them is slower here.
    materialises_pages = False
    #: The functions that make a JSON array and a JSON object, and that returns the length of an array.
    json_list: str
    json_object: str
    json_length: str
    #: Whether a condition that refers to no row is evaluated once, before the first row is read.
    evaluates_constants_once = False

    @staticmethod
    def literal(text: str) -> str:
        """A string constant of the program (never a user's value) as an SQL literal."""
        return "'" + text.replace("'", "''").replace("%", "%%") + "'"

    @staticmethod
    def equals_few(column: str, value: str) -> str:
        """The condition ``column = value``, with a hint to the planner that few rows meet it.

        Where few records have most links, the planner expects many for each, and would scan the table for each.
        """
        raise NotImplementedError

    @staticmethod
    def concat(parts: list[str]) -> str:
        """Concatenated texts; NULL if one is NULL."""
        return " || ".join(parts)

    @staticmethod
    def json_safe_string(sql: str) -> str:
        """The JSON string of a column whose CHECK constraint excludes characters to escape (``models.constraints``)."""
        return f"'\"' || {sql} || '\"'"

    def array(self, item: str, where: str = "") -> str:
        """An aggregate: a JSON array of all items in row order."""
        return f"'[' || coalesce({self.joined(item, where)}, '') || ']'"

    def joined(self, item: str, where: str = "", between: str = "','") -> str:
        raise NotImplementedError

    def first(self, sql: str, alias: str) -> str:
        """An aggregate: a text of row number 1."""
        raise NotImplementedError

    def last(self, sql: str, alias: str, size: int) -> str:
        """An aggregate: a text of the last of the rows numbered 1 to ``size``."""
        raise NotImplementedError

    def value(self, sql: str, json_type: JsonType) -> str:
        raise NotImplementedError

    def global_id(self, kind: str, sql: str) -> str:
        raise NotImplementedError

    def cursor(self, text: str) -> str:
        """URL-safe base64 without padding."""
        raise NotImplementedError

    def json_items(self, sql: str) -> str:
        """A table ``item`` with the items of a JSON array as ``value``."""
        raise NotImplementedError

    def json_array(self, item: str, where: str) -> str:
        """An aggregate: a JSON array of the items that meet a condition, of the type that the other methods take."""
        raise NotImplementedError

    def json_concat(self, first: str, second: str) -> str:
        """The items of two JSON arrays."""
        raise NotImplementedError

    def json_member(self, sql: str, key: str) -> str:
        """A member of a JSON object."""
        raise NotImplementedError

    def share(self, sql: str) -> str:
        """The JSON number of a fraction, rounded to six decimals, without zeros at its end."""
        raise NotImplementedError

    def result(self, sql: str) -> str:
        """The result column, of the type that the driver returns as bytes."""
        raise NotImplementedError

    def constant(self, value: object) -> str | None:
        """A constant parameter as SQL; None for a value that stays a bind parameter."""
        raise NotImplementedError

    def inline(self, sql: str, params: Sequence[Any]) -> tuple[str, list[Any]]:
        """The SQL with its constant parameters inlined, and the remaining parameters."""
        pieces, remaining, values = [], [], iter(params)
        for piece in _PLACEHOLDER.split(sql):
            if piece == "%s":
                param = next(values)
                text = None if isinstance(param, Parameter) else self.constant(param)
                if text is None:
                    remaining.append(param)
                else:
                    piece = text
            pieces.append(piece)
        return "".join(pieces), remaining


class PostgreSQL(Dialect):
    vendor = "postgresql"
    newline = "chr(10)"
    greatest, least = "greatest", "least"
    json_list, json_object, json_length = "jsonb_build_array", "jsonb_build_object", "jsonb_array_length"
    bytewise = 'COLLATE "C"'
    row_count_column = ", count(*) OVER () AS m"
    evaluates_constants_once = True

    @staticmethod
    def equals_few(column: str, value: str) -> str:
        # A range between two values that are not constant counts as 0.5 % of the rows.
        return f"{column} = {value} AND {column} BETWEEN {value} AND {value}"

    def first(self, sql: str, alias: str) -> str:
        return f"max(CASE WHEN {alias}.n = 1 THEN {sql} END)"

    def last(self, sql: str, alias: str, size: int) -> str:
        return f"max(CASE WHEN {alias}.n = least({alias}.m, {size}) THEN {sql} END)"

    def joined(self, item: str, where: str = "", between: str = "','") -> str:
        return f"string_agg({item}, {between})" + (f" FILTER (WHERE {where})" if where else "")

    def value(self, sql: str, json_type: JsonType) -> str:
        if json_type == "number":
            return f"{sql}::text"
        if json_type == "flag":
            return f"CASE WHEN {sql} THEN 'true' ELSE 'false' END"
        if json_type == "moment":
            text = f"to_char({sql} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
            return f"'\"' || replace({text}, '.000000', '') || 'Z\"'"
        return f"to_json({sql})::text"

    def global_id(self, kind: str, sql: str) -> str:
        # base64 breaks lines after 76 characters.
        encoded = f"encode(convert_to('{kind}:' || {sql}, 'UTF8'), 'base64')"
        return f"'\"' || translate({encoded}, chr(10), '') || '\"'"

    def cursor(self, text: str) -> str:
        # base64 breaks lines after 76 characters: the line feed has no counterpart in the translation and goes.
        return f"rtrim(translate(encode(convert_to({text}, 'UTF8'), 'base64'), '+/' || chr(10), '-_'), '=')"

    def json_items(self, sql: str) -> str:
        return f"jsonb_array_elements({sql}) AS item(value)"

    def json_array(self, item: str, where: str) -> str:
        return f"coalesce(jsonb_agg({item}) FILTER (WHERE {where}), '[]')"

    def json_concat(self, first: str, second: str) -> str:
        return f"{first} || ({second})"

    def json_member(self, sql: str, key: str) -> str:
        return f"{sql} -> '{key}'"

    def share(self, sql: str) -> str:
        return f"CAST(trim_scale(round(CAST({sql} AS numeric), 6)) AS text)"

    def result(self, sql: str) -> str:
        return f"({sql})::text AS answer"

    def constant(self, value: object) -> str:
        """Any constant is inlined: the planner then knows that ``published`` matches most rows."""
        from psycopg.sql import Literal

        text = str(value) if isinstance(value, str) else value
        return Literal(text).as_string(None).replace("%", "%%")


class SQLite(Dialect):
    vendor = "sqlite"
    newline = "char(10)"
    greatest, least = "max", "min"
    json_list, json_object, json_length = "json_array", "json_object", "json_array_length"
    # Numbering took a third of a page's time. (A correlated subquery cannot contain such a CTE.)
    materialises_pages = True

    @staticmethod
    def equals_few(column: str, value: str) -> str:
        return f"likelihood({column} = {value}, 0.00001)"

    def first(self, sql: str, alias: str) -> str:
        return f"group_concat(CASE WHEN {alias}.n = 1 THEN {sql} END)"

    def last(self, sql: str, alias: str, size: int) -> str:
        # With a single max(), SQLite takes bare columns from its row (https://www.sqlite.org/lang_select.html,
        # "Bare columns in an aggregate query"). Counting the rows first took a sixth of a page's time.
        return f"CASE WHEN max(CASE WHEN {alias}.n <= {size} THEN {alias}.n END) > 0 THEN {sql} END"

    def joined(self, item: str, where: str = "", between: str = "','") -> str:
        return f"group_concat({item}, {between})" + (f" FILTER (WHERE {where})" if where else "")

    def value(self, sql: str, json_type: JsonType) -> str:
        if json_type == "number":
            return f"CAST({sql} AS TEXT)"
        if json_type == "flag":
            return f"CASE WHEN {sql} THEN 'true' ELSE 'false' END"
        if json_type == "moment":
            return f"'\"' || replace({sql}, ' ', 'T') || 'Z\"'"
        return f"json_quote({sql})"

    def global_id(self, kind: str, sql: str) -> str:
        return f"'\"' || chancery_base64('{kind}:' || {sql}) || '\"'"

    def cursor(self, text: str) -> str:
        return f"chancery_cursor({text})"

    def json_items(self, sql: str) -> str:
        return f"json_each({sql}) AS item"

    def json_array(self, item: str, where: str) -> str:
        return f"json_group_array({item}) FILTER (WHERE {where})"

    def json_concat(self, first: str, second: str) -> str:
        items = " UNION ALL ".join(f"SELECT value FROM json_each({sql})" for sql in (first, second))  # noqa: S608
        return f"(SELECT json_group_array(value) FROM ({items}))"  # noqa: S608

    def json_member(self, sql: str, key: str) -> str:
        return f"json_extract({sql}, '$.{key}')"

    def share(self, sql: str) -> str:
        return f"rtrim(rtrim(printf('%%.6f', {sql}), '0'), '.')"

    def result(self, sql: str) -> str:
        # Named, because the driver scans column names, and the default name is the whole expression.
        return f"CAST({sql} AS BLOB) AS answer"

    def constant(self, value: object) -> str | None:
        """Only vocabulary values are inlined: there may be twenty, and binding each takes as long as finding a row."""
        return self.literal(str(value)) if isinstance(value, TextChoices) else None


DIALECTS: dict[str, Dialect] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}
