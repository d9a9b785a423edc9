"""Django's ``loaddata`` with errors in one line: file, record, field, got, expected. It loads all records or none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import NON_FIELD_ERRORS, ObjectDoesNotExist, ValidationError
from django.core.management.base import CommandError
from django.core.management.commands.loaddata import Command as LoadData
from django.core.serializers.base import (
    DeserializationError,
    DeserializedObject,
    M2MDeserializationError,
    deserialize_fk_value,
    deserialize_m2m_values,
)
from django.db import DatabaseError, models, transaction
from django.db.models import Model

from archive.exceptions import printable
from archive.fixture_formats.entries import EntryError, require_text
from archive.management.commands.dumpdata import is_excluded
from archive.models import Event, Relation
from archive.models.base import Record, Tracked
from archive.models.fields import DERIVED, SequenceField
from archive.models.merged_record import merges_of, target_slug
from archive.planner_statistics import analyze_outdated
from archive.text import closest_match

_ERRORS = (DeserializationError, ValidationError, DatabaseError, ValueError, TypeError)


class Command(LoadData):
    _label = ""
    _earlier_files = 0  # files read before this label's
    _file_number = 0  # the file being read, from 1
    _record_number = 0  # records of it that were saved

    def handle(self, *labels: str, **options: Any) -> Any:
        try:
            with transaction.atomic(using=options["database"]):
                result = super().handle(*labels, **options)
                analyze_outdated(apps.get_app_config("archive"), options["database"], self.models)
                return result
        except _ERRORS as error:
            message = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise CommandError(f"Nothing was loaded from {', '.join(labels)}. {message}") from error

    def load_label(self, fixture_label: str) -> None:
        self._label, self._earlier_files, self._file_number = fixture_label, self.fixture_count, 0
        try:
            super().load_label(fixture_label)
        except _ERRORS as error:
            saved = self._record_number if self._file_number == self.fixture_count else 0
            raise _error(_explain_unreadable(self._path(), saved + 1, error)) from error

    def save_obj(self, obj: Any) -> bool:
        if self._file_number != self.fixture_count:
            self._file_number, self._record_number = self.fixture_count, 0
        self._record_number += 1
        if is_excluded(type(obj.object)):
            return False  # the archive writes these rows itself, and older dumps have them under their old keys
        slug = str(getattr(obj.object, "slug", ""))
        location = _location(self._path(), self._record_number, obj.object._meta.label_lower, slug)
        if target := _merged_into(type(obj.object), slug, self.using):
            if self.verbosity:
                self.stderr.write(f"{location}: left out, as the record was merged into '{target}'.")
            return False
        if _is_between_merged(obj.object, self.using):
            return False
        for missing in _missing_links(obj, self.using, required=True):
            raise _error(location + missing)
        _refuse_invalid_fields(obj.object, location)
        stored = _stored_row(obj.object, self.using)
        try:
            saved = super().save_obj(obj)
            if saved and not obj.deferred_fields:
                _check_rules(obj.object, stored)
        except _ERRORS as error:
            raise _error(location + _explain_refused(obj.object, error)) from error
        obj.save_deferred_fields = partial(self._save_deferred_fields, obj, location, stored)
        return bool(saved)

    def _save_deferred_fields(self, obj: DeserializedObject, location: str, stored: Record | None, using: str) -> None:
        """Save references to records that come later in the fixture."""
        for missing in _missing_links(obj, using, required=False):
            raise _error(location + missing)
        try:
            DeserializedObject.save_deferred_fields(obj, using=using)
            _check_rules(obj.object, stored)
        except _ERRORS as error:
            raise _error(location + _explain_refused(obj.object, error)) from error

    def _path(self) -> str:
        files = self.find_fixtures(self._label)
        return str(files[max(self.fixture_count - self._earlier_files, 1) - 1][0])


def _merged_into(model: type[Model], slug: str, using: str) -> str:
    """The slug of the record that the one with this slug was merged into; empty if a record has the slug, or none."""
    if not slug or not issubclass(model, Record):
        return ""
    target = target_slug(model, slug, using)
    return "" if target and model._default_manager.using(using).filter(slug=slug).exists() else target


def _refuse_invalid_fields(record: Model, location: str) -> None:
    """Raises CommandError for a field with an invalid value; foreign keys, some of which come later, are left out.

    Revisions may have words that a vocabulary had once, and lack what was not required then.
    """
    if record._meta.app_label != "archive":
        return
    is_revision = not isinstance(record, Tracked)
    excluded = {
        field.name
        for field in record._meta.fields
        if field.is_relation or (is_revision and (field.choices or getattr(record, field.attname) in (None, "")))
    }
    try:
        record.clean_fields(exclude=excluded)
    except ValidationError as invalid:
        raise _error(location + _explain_invalid(record, invalid)) from invalid


def _stored_row(record: Model, using: str) -> Record | None:
    """The row that the record replaces, as it is stored; None for a new record."""
    if not isinstance(record, Record) or record.pk is None:
        return None
    return type(record)._base_manager.using(using).filter(pk=record.pk).only("slug", "status").first()


def _check_rules(record: Model, stored: Record | None) -> None:
    """Raises ValidationError for a saved record that breaks a rule of its model, or that must not be published yet."""
    if isinstance(record, Tracked):
        record.stored_row = stored
        record.clean()
        record.stored_row = None


def _is_between_merged(record: Model, using: str) -> bool:
    """Whether the record is a relation between two events that were merged into one: the merge has deleted it."""
    if not isinstance(record, Relation) or record.from_event_id != record.to_event_id:
        return False
    return merges_of(Event).using(using).filter(target_id=record.to_event_id).exists()


def _error(message: str) -> CommandError:
    return CommandError(f"Nothing was loaded. {message}")


def _location(file: str, number: int, model: str, slug: str) -> str:
    """The location of a record: "dossier.json, record 12 (archive.event 2019-07-04-curbs)"."""
    return f"{Path(file).name}, record {number} ({f'{model} {slug}'.strip()})"


def _explain_unreadable(file: str, number: int, error: BaseException) -> str:
    """The message for a record that could not be deserialized."""
    cause, entry = error.__cause__ or error.__context__ or error, error.entry if isinstance(error, EntryError) else None
    if not isinstance(entry, dict) or not isinstance(entry.get("fields"), dict):
        expected = "a list of records, as dumpdata writes it"
        return f"{Path(file).name}, record {number}: {_one_line(cause)}; expected {expected}."
    label, fields = str(entry.get("model")), entry["fields"]
    location = _location(file, number, label, str(fields.get("slug", "")))
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        labels = [record_model._meta.label_lower for record_model in apps.get_app_config("archive").get_models()]
        suggestion = closest_match(label, labels) or labels[0]
        return f"{location}: got the model '{printable(label)}', expected one like '{suggestion}'."
    return f"{location}{_explain_field(model, fields) or f': {_one_line(cause)}'}"


def _explain_field(model: type[models.Model], fields: dict[str, Any]) -> str:
    """The message for the first field that is unknown or has an invalid value; an empty string where there is none."""
    model_fields = {field.name: field for field in model._meta.get_fields() if field.concrete}
    for name, value in fields.items():
        if name not in model_fields:
            names = sorted(
                name for name, field in model_fields.items() if not isinstance(field, (*DERIVED, SequenceField))
            )
            suggestion = closest_match(name, names)
            hint = f" Did you mean '{suggestion}'?" if suggestion else ""
            return f", {printable(name)}: expected a field of {model._meta.verbose_name}: {', '.join(names)}.{hint}"
        try:
            require_text(model_fields[name], value)
            if not model_fields[name].is_relation:
                model_fields[name].to_python(value)
        except (ValidationError, ValueError, TypeError) as error:
            return f", {name}: {_one_line(error)}"
    return ""


def _missing_links(obj: Any, using: str, required: bool) -> Iterator[str]:
    """Messages for references to records that do not exist; with ``required`` those of required fields only."""
    for field, value in (obj.deferred_fields or {}).items():
        if required and (field.many_to_many or field.null):
            continue
        convert = deserialize_m2m_values if field.many_to_many else deserialize_fk_value
        try:
            convert(field, value, using, False)
        except (ObjectDoesNotExist, M2MDeserializationError) as error:
            yield f", {field.name}: {_one_line(getattr(error, 'original_exc', error))}"


def _explain_refused(record: Model, error: BaseException) -> str:
    """The message for a record that the database or the model refused."""
    if isinstance(error, ValidationError):
        return _explain_invalid(record, error)
    for constraint in record._meta.constraints:
        if constraint.name in str(error):
            message = constraint.get_violation_error_message()
            return f": {message}" if constraint.name not in message else f": it breaks the rule {constraint.name}."
    return f": {_one_line(error)}"


def _explain_invalid(record: Model, error: ValidationError) -> str:
    """The message for the first field that is invalid, with its value, or for the rule that is broken."""
    if not hasattr(error, "error_dict"):
        return f": {_one_line(error)}"
    name, messages = next(iter(error.message_dict.items()))
    message = _one_line(ValidationError(messages))
    if name == NON_FIELD_ERRORS:
        return f": {message}"
    value = getattr(record, name, None)
    got = "" if value in (None, "") or "got " in message.lower() else f"got '{printable(str(value))}'. "
    return f", {name}: {got}{message}"


def _one_line(error: BaseException) -> str:
    text = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return " ".join(text.split()) or type(error).__name__
