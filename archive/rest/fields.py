"""Serializer fields for partial dates and relations, and their OpenAPI schemas."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from archive.dates import PartialDate, PartialDateError
from archive.exceptions import Problem
from archive.labels import record_name
from archive.models import Body
from archive.models.base import Record
from archive.sql.slugs import expected_slug, find_by_slug, suggest_slugs
from archive.text import is_storable

_TEXT = {"type": "string"}
_DAY = {"type": ["string", "null"], "format": "date"}
# Components of the OpenAPI document: PartialDate, Link and TypedLink (archive.rest.openapi).
DATE_SCHEMA = {
    "type": "object",
    "description": "A partial date: its EDTF text, how it reads, and its bounds (null where open or unknown).",
    "properties": {"text": _TEXT, "display": _TEXT, "earliest": _DAY, "latest": _DAY},
    "required": ["text", "display", "earliest", "latest"],
}
LINK_SCHEMA = {
    "type": "object",
    "description": "A related record that you may see.",
    "properties": {"slug": _TEXT, "name": _TEXT},
    "required": ["slug", "name"],
}
TYPED_LINK_SCHEMA = {
    "type": "object",
    "description": "A related record that you may see, of one of several kinds.",
    "properties": {"type": _TEXT, "slug": _TEXT, "name": _TEXT},
    "required": ["type", "slug", "name"],
}


def typed_link(record: Record | None) -> dict[str, str] | None:
    if record is None:
        return None
    return {"type": str(record._meta.model_name), "slug": record.slug, "name": record_name(record)}


def field_error(got: object, expected: str, suggestion: str = "") -> serializers.ValidationError:
    """A field's ValidationError. Its code is a Problem, to which ``errors.from_serializer`` adds the field's name."""
    problem: Any = Problem("", str(got)[:120], expected, suggestion)
    return serializers.ValidationError(expected, code=problem)


def _read_slug(data: object, expected: str) -> str:
    """The slug in the input of a relation: a string, or an object with ``slug``. Raises ValidationError."""
    slug = data.get("slug") if isinstance(data, dict) else data
    if not isinstance(slug, str) or not is_storable(slug):
        raise field_error(slug, expected)
    return slug


@extend_schema_field(DATE_SCHEMA)
class DateField(serializers.Field):  # type: ignore[type-arg]
    """A partial date; its input is EDTF text, or an object with it as ``text``."""

    def to_internal_value(self, data: object) -> PartialDate | None:
        text = data.get("text") if isinstance(data, dict) else data
        if text is None or text == "":
            if not self.allow_null:
                raise field_error("nothing", "an EDTF date such as 2019-07-12")
            return None
        if not isinstance(text, str):
            raise field_error(text, "an EDTF date as a text, such as 2019-07-12")
        try:
            return PartialDate.parse(text)
        except PartialDateError as error:
            raise field_error(error.got, error.expectation, error.suggestion) from error


@extend_schema_field(LINK_SCHEMA)
class LinkField(serializers.RelatedField):  # type: ignore[type-arg]
    """A related record as {slug, name}; its input is the slug."""

    def to_internal_value(self, data: object) -> Any:
        queryset: Any = self.get_queryset()
        model = queryset.model
        expected = expected_slug(model)
        slug = _read_slug(data, expected)
        visible = model._default_manager.visible_to(self.context["request"].user)
        record = find_by_slug(visible, slug)
        if record is None and model is Body:
            record = visible.filter(iso3166=slug.upper()).first()
        if record is None:
            raise field_error(slug, expected, ", ".join(suggest_slugs(visible, slug)))
        return record


@extend_schema_field({"type": "array", "items": TYPED_LINK_SCHEMA})
class TypedLinksField(serializers.Field):  # type: ignore[type-arg]
    """Related records of several models in one array, such as addressees."""

    def __init__(self, *sources: str, **kwargs: Any) -> None:
        self.sources = sources
        super().__init__(source="*", read_only=True, **kwargs)


@extend_schema_field(TYPED_LINK_SCHEMA)
class TypedLinkField(TypedLinksField):
    """The related record of the first foreign key that is set, such as a participation's party."""
