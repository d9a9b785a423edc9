"""Reader of the fields of a mapping: each becomes a rule for a text or a date."""

from __future__ import annotations

import re

from archive.datasets.mappings.definition import (
    BLANK_ENDS,
    FINDS,
    MISSINGS,
    ORDERS,
    PRECISIONS,
    DateParts,
    DateRule,
    Placeholder,
    Rule,
    TextRule,
    ValueTable,
)
from archive.datasets.mappings.document import Value
from archive.datasets.mappings.keys import Keys
from archive.datasets.problems import Location, Problems, quote_value
from archive.datasets.schema import Column, RecordType
from archive.dates import PartialDate, PartialDateError
from archive.text import closest_match

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PLACEHOLDER_TEXT = re.compile(r" *(?P<column>[^|]*?[^| ]) *(?:\|(?P<table>[^|]*)|:(?P<length>[0-9]{1,4}))?")


def read_table(keys: Keys, value: Value, name: str) -> ValueTable:
    """A table of values: their text before the colon, ours after it."""
    if not isinstance(value.content, dict):
        keys.fail(value, name, value.kind, "their values with ours, such as Summit: summit")
        return ValueTable({})
    exact: dict[str, str | None] = {}
    prefixes: dict[str, str | None] = {}
    for text, own in value.content.items():
        if isinstance(own.content, (list, dict)):
            keys.fail(own, f"{name}.{text}", own.kind, "one text")
        elif text.endswith("*"):
            prefixes[text.removesuffix("*")] = own.content
        else:
            exact[text] = own.content
    return ValueTable(exact, tuple(sorted(prefixes.items(), key=lambda item: -len(item[0]))), value.line)


class FieldReader:
    """Reads the fields of one record."""

    def __init__(self, record_type: RecordType, tables: dict[str, ValueTable], file: str, problems: Problems) -> None:
        self.record_type, self.tables, self.file, self.problems = record_type, tables, file, problems

    def read(self, name: str, value: Value) -> Rule | None:
        """The rule of a field; None, and a problem, for a field that the record type does not have."""
        column = next((column for column in self.record_type.columns if column.name == name), None)
        if column is None:
            self.problems.add(self.record_type.unknown_column(Location(self.file, value.line), name))
            return None
        is_date = column.data_type == "date"
        if isinstance(value.content, str):  # the short form: the name of a column
            columns = (value.content,)
            return (
                DateRule(column, value.line, DateParts(columns)) if is_date else TextRule(column, value.line, columns)
            )
        keys = Keys(value, f"records.{self.record_type.name}.fields.{name}", self.file, self.problems)
        rule: Rule = self._date(column, keys) if is_date else self._text(column, keys)
        keys.end()
        return rule

    def _text(self, column: Column, keys: Keys) -> TextRule:
        columns, template = keys.texts("from"), self._template(keys)
        constant = keys.text("value")
        if sum(map(bool, (columns, template, constant))) != 1:
            keys.fail(keys.value, "", "none or several of from, template and value", "one of them")
        values = self._values(keys)
        otherwise = keys.take("otherwise")
        rule = TextRule(
            column, keys.value.line, columns, template, constant or None, values,
            has_otherwise=otherwise is not None,
            otherwise=otherwise.content if otherwise is not None and isinstance(otherwise.content, str) else None,
            split=keys.text("split"), after_last=keys.text("after_last"),
            is_html=keys.word("markup", ("none", "html"), "none") == "html", max_length=keys.number("max_length"),
            find=keys.word("find", FINDS, "slug"), scheme=keys.text("scheme"), by=keys.text("by"),
            missing=keys.word("missing", MISSINGS, "error"),
        )  # fmt: skip
        self._check_vocabulary(rule, keys)
        self._check_find(rule, keys)
        return rule

    def _check_find(self, rule: TextRule, keys: Keys) -> None:
        is_slug = rule.column.name == "slug" and self.record_type.has_slug
        if rule.find != "slug" and not (rule.column.target or is_slug):
            keys.fail(keys.value, "find", quote_value(rule.find), "no such key: the field refers to no record")
        if rule.find == "country" and rule.column.target not in ("", "bodies"):
            keys.fail(keys.value, "find", "'country'", "it at a field that refers to bodies")
        if rule.by and rule.find in ("slug", "slugify"):
            keys.fail(keys.value, "by", quote_value(rule.by), "it with find: name, country, identifier or row")
        if (rule.find == "identifier") != bool(rule.scheme):
            keys.fail(keys.value, "scheme", quote_value(rule.scheme), "a scheme with find: identifier, and only there")

    def _check_vocabulary(self, rule: TextRule, keys: Keys) -> None:
        """Report our values that are no words of the field's vocabulary."""
        words = [str(word) for word, _ in rule.column.field.flatchoices] if not rule.column.target else []
        if not words:
            return
        table = rule.values
        used = [rule.constant, rule.otherwise]
        if table is not None:
            used += [*table.exact.values(), *(value for _, value in table.prefixes)]
        for text in dict.fromkeys(text for text in used if text is not None and text not in words):
            keys.fail(keys.value, "", quote_value(text), f"one of {', '.join(words)}", closest_match(text, words))

    def _template(self, keys: Keys) -> tuple[str | Placeholder, ...]:
        """The literal texts and the placeholders ``{column}`` or ``{column|table}`` of a template."""
        value = keys.take("template")
        if value is None:
            return ()
        if not isinstance(value.content, str):
            keys.fail(value, "template", value.kind, "a text such as '{Year} {Headline}'")
            return ()
        parts: list[str | Placeholder] = []
        for position, text in enumerate(_PLACEHOLDER.split(value.content)):
            if position % 2 == 0:
                parts += [text] if text else []
                if "{" in text or "}" in text:
                    keys.fail(value, "template", quote_value(text), "braces in pairs, around the name of a column")
                continue
            placeholder = self._placeholder(text)
            if placeholder is not None:
                parts.append(placeholder)
                continue
            tables = ", ".join(self.tables) or "there is none"
            expected = f"a column, a column with a length such as {{day:4}}, or with a table ({tables})"
            suggestion = closest_match(text.partition("|")[2], list(self.tables))
            keys.fail(value, "template", quote_value(f"{{{text}}}"), expected, suggestion)
        if not any(isinstance(part, Placeholder) for part in parts):
            keys.fail(value, "template", quote_value(value.content), "a column in braces; a constant is a value")
        return tuple(parts)

    def _placeholder(self, text: str) -> Placeholder | None:
        """The placeholder ``column``, ``column:length`` or ``column|table``; None for another text."""
        match = _PLACEHOLDER_TEXT.fullmatch(text)
        if match is None or (match["table"] and match["table"] not in self.tables):
            return None
        return Placeholder(match["column"], self.tables.get(match["table"]), int(match["length"] or 0) or None)

    def _values(self, keys: Keys) -> ValueTable | None:
        value = keys.take("values")
        if value is None:
            return None
        if not isinstance(value.content, str):
            return read_table(keys, value, "values")
        if value.content not in self.tables:
            expected = f"a table of values or the name of one: {', '.join(self.tables) or 'there is none under tables'}"
            suggestion = closest_match(value.content, list(self.tables))
            keys.fail(value, "values", quote_value(value.content), expected, suggestion)
        return self.tables.get(value.content)

    # Dates

    def _date(self, column: Column, keys: Keys) -> DateRule:
        constant = keys.text("value")
        start = self._parts(keys)
        inner = keys.keys("end")
        end, end_precision, blank_end = None, "", BLANK_ENDS[0]
        if inner is not None:
            end, end_precision = self._parts(inner), inner.text("precision")
            blank_end = inner.word("blank", BLANK_ENDS, BLANK_ENDS[0])
            inner.end()
        rule = DateRule(
            column, keys.value.line, start, keys.word("order", ORDERS, "ymd"), keys.text("precision"),
            self._precisions(keys), end, end_precision, blank_end, keys.text("display"), constant or None,
        )  # fmt: skip
        if bool(constant) == bool(start.used_columns):
            keys.fail(keys.value, "", "no column of the date", "from, or year, month and day, or a value")
        if constant:
            try:
                PartialDate.parse(constant)
            except PartialDateError as error:
                keys.fail(keys.value, "value", quote_value(constant), error.expected, error.suggestion)
        return rule

    def _parts(self, keys: Keys) -> DateParts:
        parts = DateParts(keys.texts("from"), keys.text("year"), keys.text("month"), keys.text("day"))
        if parts.columns and parts.year:
            keys.fail(keys.value, "", "from and year", "one of them")
        return parts

    def _precisions(self, keys: Keys) -> dict[str, str]:
        inner = keys.keys("precisions")
        if inner is None:
            return {}
        return {text: inner.word(text, PRECISIONS, "day") for text in inner.remaining()}
