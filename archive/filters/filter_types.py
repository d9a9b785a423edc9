"""Filter types: django-filter ``Filter`` classes with the form fields of ``fields`` and ``text_fields``.

They declare and validate; the condition is the FilterSet's method ``filter_<name>``.
"""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Model, TextChoices

from archive.filters import fields, text_fields


class ArchiveFilter(django_filters.Filter):
    """Base: an optional parameter with a description."""

    field_class: type[fields.ValuesField] = text_fields.TextField

    def __init__(self, help_text: str, **kwargs: Any) -> None:
        super().__init__(help_text=help_text, required=False, **kwargs)

    @property
    def many(self) -> bool:
        return bool(self.field_class.many)


class TextFilter(ArchiveFilter):
    """Free text."""


class WordsFilter(ArchiveFilter):
    """Words that may match different texts."""

    field_class = text_fields.WordsField


class TextsFilter(ArchiveFilter):
    """Free texts, any of which may match."""

    field_class = text_fields.TextsField


class DateFilter(ArchiveFilter):
    """An EDTF date."""

    field_class = fields.DateField


class DateTimeFilter(ArchiveFilter):
    """A datetime."""

    field_class = fields.DateTimeField


class BooleanFilter(ArchiveFilter):
    """True or false."""

    field_class = fields.BooleanField


class ChoicesFilter(ArchiveFilter):
    """Words of a vocabulary."""

    field_class = fields.ChoicesField

    def __init__(self, vocabulary: type[TextChoices], help_text: str) -> None:
        self.vocabulary = vocabulary
        super().__init__(help_text, vocabulary=vocabulary)


class OrderFilter(ArchiveFilter):
    """The order of the list."""

    field_class = fields.OrderField


class RecordFilter(ArchiveFilter):
    """Records by slug."""

    field_class = fields.RecordField

    def __init__(self, *models: type[Model], help_text: str) -> None:
        super().__init__(help_text, models=models)


class CountryFilter(ArchiveFilter):
    """States by slug or ISO code."""

    field_class = fields.CountryField


class SpanFilter(ArchiveFilter):
    """A span of time."""

    field_class = fields.SpanField
