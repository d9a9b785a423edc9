"""Checks of the entries of a fixture before Django makes records of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.base import DeserializationError
from django.db.models import CharField, TextField

from archive.exceptions import printable
from archive.models.fields import PartialDateField


class EntryError(DeserializationError):
    """An entry that is no record; ``entry`` is it, and ``__cause__`` the reason."""

    def __init__(self, entry: object) -> None:
        self.entry = entry
        super().__init__("An invalid entry.")


class CheckedEntries:
    """Mixin of a deserializer: an entry that is no record raises EntryError."""

    def _handle_object(self, obj: object) -> Iterator[Any]:
        try:
            _require_text(obj)
            yield from super()._handle_object(obj)  # type: ignore[misc]
        except GeneratorExit:
            raise
        except Exception as error:
            raise EntryError(obj) from (error.__cause__ or error.__context__ or error)


def require_text(field: object, value: object) -> None:
    """Raise ValidationError for what is no text in a field of text: Django would store a list as "['A']".

    A date may be a year without quotation marks, or a day that YAML has made a date.
    """
    if value is None or isinstance(value, str) or not isinstance(field, (CharField, TextField)):
        return
    if isinstance(field, PartialDateField) and isinstance(value, (int, date)) and not isinstance(value, bool):
        return
    raise ValidationError(
        "got %(got)s, expected text in quotation marks.",
        code="type",
        params={"got": f"{printable(repr(value))} ({type(value).__name__})"},
    )


def _require_text(entry: object) -> None:
    """Raise ValidationError for a field of text with another value; what else may be wrong is left to Django."""
    if not isinstance(entry, dict) or not isinstance(entry.get("fields"), dict):
        return
    fields = {name: value for name, value in entry["fields"].items() if not isinstance(value, str)}
    model: Any = apps.get_model(str(entry.get("model"))) if fields else None
    for name, value in fields.items():
        with suppress(FieldDoesNotExist):
            require_text(model._meta.get_field(name), value)
