"""What is wrong with a record of a Django fixture: file, record, field, what was got, what is expected."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.core.serializers.base import M2MDeserializationError, deserialize_fk_value, deserialize_m2m_values
from django.db import models

from archive.dates.errors import shown
from archive.models.fields import DERIVED, SequenceField
from archive.sql.suggestions import suggest_word


def place(file: str, number: int, model: str, key: str) -> str:
    """Where a record stands: "dossier.json, record 12 (archive.event 2019-07-04-curbs)"."""
    return f"{Path(file).name}, record {number} ({f'{model} {key}'.strip()})"


def place_of(file: str, number: int, record: Any) -> str:
    """The same for a record that could be read."""
    slug = str(getattr(record, "slug", ""))
    return place(file, number, record._meta.label_lower, slug)


def entry(file: str, number: int) -> dict[str, Any] | None:
    """The nth record (from 1) as a JSON fixture has it; None for other formats and what is no list of records."""
    try:
        found = json.loads(Path(file).read_text("utf-8"))[number - 1]
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return found if isinstance(found, dict) and isinstance(found.get("fields"), dict) else None


def unreadable(file: str, number: int, cause: BaseException) -> str:
    """The sentence for a record that could not be read at all."""
    found = entry(file, number)
    if found is None:
        return f"{Path(file).name}, record {number}: {_told(cause)}; expected a list of records, as dumpdata writes it."
    model, fields = str(found.get("model")), found["fields"]
    where = place(file, number, model, str(fields.get("slug", "")))
    try:
        known = apps.get_model(model)
    except (LookupError, ValueError):
        labels = [one._meta.label_lower for one in apps.get_app_config("archive").get_models()]
        return (
            f"{where}: got the model '{shown(model)}', expected one like '{suggest_word(model, labels) or labels[0]}'."
        )
    return f"{where}{_field(known, fields) or f': {_told(cause)}'}"


def _field(model: type[models.Model], fields: dict[str, Any]) -> str:
    """The first field that is unknown, or whose value is none of its kind."""
    known = {field.name: field for field in model._meta.get_fields() if field.concrete}
    for name, value in fields.items():
        if name not in known:
            written = sorted(name for name, field in known.items() if not isinstance(field, (*DERIVED, SequenceField)))
            near = suggest_word(name, written)
            hint = f" Did you mean '{near}'?" if near else ""
            return f", {shown(name)}: expected a field of {model._meta.verbose_name}: {', '.join(written)}.{hint}"
        try:
            if not known[name].is_relation:
                known[name].to_python(value)
        except (ValidationError, ValueError, TypeError) as error:
            return f", {name}: {_told(error)}"
    return ""


def missing_links(obj: Any, using: str, required: bool) -> Iterator[str]:
    """Links to records that are not stored; with ``required`` only those without which the record can't be."""
    for field, value in (obj.deferred_fields or {}).items():
        if required and (field.many_to_many or field.null):
            continue
        convert = deserialize_m2m_values if field.many_to_many else deserialize_fk_value
        try:
            convert(field, value, using, False)
        except (ObjectDoesNotExist, M2MDeserializationError) as error:
            yield f", {field.name}: {_told(getattr(error, 'original_exc', error))}"


def refused(record: Any, error: BaseException) -> str:
    """The sentence for a record that the database or the model refused."""
    if isinstance(error, ValidationError):
        return f": {_told(error)}"
    try:
        record.clean_fields(exclude=[field.name for field in record._meta.fields if field.is_relation])
    except ValidationError as wrong:
        name, messages = next(iter(wrong.message_dict.items()))
        return f", {name}: {' '.join(messages)}"
    for constraint in record._meta.constraints:
        if constraint.name in str(error):
            said = constraint.get_violation_error_message()
            return f": {said}" if constraint.name not in said else f": it breaks the rule {constraint.name}."
    return f": {_told(error)}"


def _told(error: BaseException) -> str:
    """An error in one line."""
    text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return " ".join(text.split()) or type(error).__name__
