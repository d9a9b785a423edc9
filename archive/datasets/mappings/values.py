"""Values of fields from the columns of a row, by the rules of a mapping."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from archive.datasets.mappings.definition import Placeholder, TextRule
from archive.datasets.mappings.lookup import RecordLookup
from archive.datasets.mappings.markup import plain_text
from archive.datasets.mappings.rows import RecordSkipped, Row, ValueProblem
from archive.datasets.problems import quote_value
from archive.datasets.schema import RecordType, record_types
from archive.slugs import name_slug
from archive.text import closest_match

_MAX_SLUG = 120
#: What ``find`` looks for, in messages.
_WANTED = {"name": "name", "country": "code or name", "identifier": "identifier", "row": "id in this file"}


@dataclass(frozen=True, slots=True)
class SlugValue:
    """The slug of a record, and whether it was found in the archive."""

    text: str
    is_stored: bool = False


class ValueReader:
    """Reads the values of text rules. ``row_slugs`` has the slugs of the file's own records by type and id."""

    def __init__(self, lookup: RecordLookup) -> None:
        self._lookup = lookup
        self.row_slugs: dict[tuple[str, str], str] = {}

    def slug(self, rule: TextRule, record_type: RecordType, row: Row) -> SlugValue | None:
        """The slug of a row's own record. Raises ValueProblem."""
        texts = self._texts(rule, row)
        if not texts:
            return None
        if rule.find not in ("slug", "slugify"):
            stored = self._stored_slug(rule, record_type, _sought_text(rule, row) or texts[0])
            if stored is not None:
                return SlugValue(stored, is_stored=True)
        return SlugValue(_slugified(texts[0]))

    def value(self, rule: TextRule, row: Row) -> Any:
        """The cell of a field: a text, a number, a list of slugs, or None. Raises ValueProblem."""
        texts = self._texts(rule, row)
        if rule.column.target:
            slugs = [slug for text in texts if (slug := self._reference(rule, text, row)) is not None]
            if rule.column.data_type == "relations":
                return list(dict.fromkeys(slugs))
            return slugs[0] if slugs else None
        if not texts:
            return None
        text = _shortened(texts[0], rule.max_length) if rule.max_length else texts[0]
        is_number = rule.column.data_type == "number" and text.isascii() and text.isdecimal() and len(text) < 20
        return int(text) if is_number else text

    # Texts

    def _texts(self, rule: TextRule, row: Row) -> list[str]:
        """The texts of the rule's columns in our words; several for a field with several values, or ``split``."""
        if rule.constant is not None:
            return [rule.constant]
        texts = _template_texts(rule, row) if rule.template else _column_texts(rule, row)
        texts = [cleaned for text in texts if (cleaned := _cleaned(rule, text))]
        if rule.split:
            texts = [piece for text in texts for part in text.split(rule.split) if (piece := part.strip())]
        elif rule.column.data_type != "relations" and len(texts) > 1:
            texts = ["; ".join(texts)]
        if rule.values is None and not rule.has_otherwise:
            return texts
        if not texts and rule.has_otherwise:
            return [rule.otherwise] if rule.otherwise is not None else []
        return [own for text in texts if (own := _own_value(rule, text)) is not None]

    # References

    def _reference(self, rule: TextRule, text: str, row: Row) -> str | None:
        if rule.find == "slug":
            return text
        if rule.find == "slugify":
            return _slugified(text)
        target = record_types()[rule.column.target]
        sought = _sought_text(rule, row) or text
        slug = self._stored_slug(rule, target, sought)
        if slug is None and rule.missing == "slugify":
            return _slugified(text)
        if slug is None and rule.missing == "skip":
            raise RecordSkipped(sought)
        if slug is None and rule.missing == "error":
            suggestion = self._lookup.suggest_name(target, sought) if rule.find in ("name", "country") else ""
            raise self._lookup.missing(target, sought, _WANTED[rule.find], suggestion)
        return slug

    def _stored_slug(self, rule: TextRule, target: RecordType, text: str) -> str | None:
        match rule.find:
            case "name":
                return self._lookup.by_name(target, text)
            case "country":
                return self._lookup.by_country(text)
            case "identifier":
                return self._lookup.by_identifier(target, rule.scheme, text)
            case "row":
                return self.row_slugs.get((target.name, text))
        return None


def _column_texts(rule: TextRule, row: Row) -> list[str]:
    """The texts of the first column that has any."""
    return next(filter(None, map(row.texts, rule.columns)), [])


def _template_texts(rule: TextRule, row: Row) -> list[str]:
    """The template with its placeholders filled in; nothing where all of them are empty."""
    values = [_filled(part, row) if isinstance(part, Placeholder) else part for part in rule.template]
    if not any(value for part, value in zip(rule.template, values, strict=True) if isinstance(part, Placeholder)):
        return []
    return [" ".join("".join(values).split(" ")).strip()]


def _filled(placeholder: Placeholder, row: Row) -> str:
    text = row.text(placeholder.column) or ""
    if placeholder.table is None or not text:
        return text[: placeholder.length]
    try:
        return placeholder.table.get(text) or ""
    except KeyError:
        words = list(placeholder.table.exact)
        expected = f"a value of the table in line {placeholder.table.line} of the mapping"
        raise ValueProblem(quote_value(text), expected, closest_match(text, words)) from None


def _cleaned(rule: TextRule, text: str) -> str:
    if rule.is_html:
        text = plain_text(text)
    if rule.after_last and not rule.by:
        text = text.rpartition(rule.after_last)[2]
    return text.strip()


def _sought_text(rule: TextRule, row: Row) -> str | None:
    """The text of the column ``by``."""
    text = row.text(rule.by) if rule.by else None
    return text.rpartition(rule.after_last)[2] if text is not None and rule.after_last else text


def _own_value(rule: TextRule, text: str) -> str | None:
    """Our value for theirs. Raises ValueProblem for a text that neither the table nor the vocabulary has."""
    if rule.values is not None:
        try:
            return rule.values.get(text)
        except KeyError:
            pass
    words = [str(word) for word, _ in rule.column.field.flatchoices] if not rule.column.target else []
    if text in words:
        return text
    if rule.has_otherwise:
        return rule.otherwise
    if not words or rule.values is None:
        return text
    choices = [*rule.values.exact, *words]
    expected = f"a value of the table in line {rule.values.line} of the mapping, or one of {', '.join(words)}"
    raise ValueProblem(quote_value(text), expected, closest_match(text, choices), "word")


def _slugified(text: str) -> str:
    return name_slug(text)[:_MAX_SLUG].strip("-")


def _shortened(text: str, limit: int) -> str:
    """The text, or its first words and an ellipsis, in at most so many characters."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut[limit // 2 :] else cut}…"
