"""Model fields: partial dates, folded names, filing keys, slugs and sequences."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from archive.dates import SORT_BLANK, PartialDate, PartialDateError
from archive.forms import PartialDateFormField, invalid_date
from archive.models.constraints import JsonSafe, date_charset_constraint
from archive.text import filing_key, fold


def _companion(base: type[models.Field[Any, Any]]) -> type[models.Field[Any, Any]]:
    """A column class whose value is derived from a date's text; not added to a model that has the column already."""

    class Companion(base):  # type: ignore[valid-type,misc]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            # Dumps contain the date's text only; loading computes the column.
            super().__init__(*args, **{**kwargs, "serialize": False})

        def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: object) -> None:
            if not any(field.name == name for field in cls._meta.local_fields):
                super().contribute_to_class(cls, name, **kwargs)

        def pre_save(self, model_instance: models.Model, add: bool) -> Any:
            return set_companion(model_instance, self.attname)

        def deconstruct(self) -> Any:
            name, _, args, kwargs = super().deconstruct()
            kwargs.pop("serialize", None)
            return name, f"archive.models.fields.{type(self).__name__}", args, kwargs

    return Companion


def set_companion(instance: models.Model, attname: str) -> Any:
    """Set a companion column from its date; returns the value."""
    for field in instance._meta.concrete_fields:
        if isinstance(field, PartialDateField) and attname.startswith(f"{field.name}_"):
            suffix = attname[len(field.name) + 1 :]
            if suffix in COMPANIONS:
                value = companion_value(getattr(instance, field.name), suffix)
                setattr(instance, attname, value)
                return value
    return getattr(instance, attname)


class DateCompanion(_companion(models.DateField)):  # type: ignore[misc]
    """A bound of a date."""


class TextCompanion(_companion(models.CharField)):  # type: ignore[misc]
    """A text about a date: its precision, its ends (open or unknown), its display text."""


class SortCompanion(_companion(models.BigIntegerField)):  # type: ignore[misc]
    """The sort key of a date."""


COMPANIONS: tuple[str, ...] = (
    "earliest", "latest", "ends", "precision", "sort", "display", "certain_from", "certain_until",
)  # fmt: skip
_MAX_LENGTHS = {"ends": 16, "precision": 16, "display": 255}


def companion_value(value: object, suffix: str) -> Any:
    """The value of one companion column (``earliest``, ``sort``, ...), or its blank value if there is no date."""
    if isinstance(value, PartialDate):
        return getattr(value, suffix)
    return {"sort": SORT_BLANK, "ends": "", "precision": "", "display": ""}.get(suffix)


class _DateDescriptor:
    """Descriptor that sets the companions when the date is set, so that raw and bulk saves have them too."""

    def __init__(self, field: PartialDateField) -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        return instance.__dict__[self.field.attname]

    def __set__(self, instance: models.Model, value: object) -> None:
        if isinstance(value, date):
            value = value.isoformat()
        if isinstance(value, str):
            # An invalid text stays as it is: to_python refuses it when the record is cleaned or saved.
            with suppress(PartialDateError):
                value = PartialDate.parse(value) if value.strip() else None
        instance.__dict__[self.field.attname] = value
        for suffix in self.field.companions:
            instance.__dict__[f"{self.field.name}_{suffix}"] = companion_value(value, suffix)


def derived_columns(model: type[models.Model], names: set[str]) -> set[str]:
    """The names of the columns derived from these: companions of dates, folded forms and filing keys of names."""
    columns: set[str] = set()
    for field in model._meta.concrete_fields:
        if isinstance(field, PartialDateField) and field.name in names:
            columns |= {f"{field.name}_{suffix}" for suffix in field.companions}
        if isinstance(field, FoldedField) and names & set(field.source):
            columns.add(field.name)
    return columns


class PartialDateField(models.CharField):  # type: ignore[type-arg]
    """An EDTF text with companion columns derived from it.

    For a field ``date``: ``date_earliest`` and ``date_latest`` (days, NULL where open or unknown), ``date_ends``,
    ``date_precision``, ``date_sort``, ``date_display`` (English, for responses that the database renders); with
    ``period=True`` also ``date_certain_from`` and ``date_certain_until``.
    The companions are computed from the text at every assignment and save. The value is a PartialDate or None.
    Raises ValidationError (code ``invalid_date``) for an invalid text.
    """

    #: See :mod:`archive.models.constraints`.
    forbidden_pattern = "[^][a-zA-Z0-9~?%/.,:+{}-]"

    def __init__(self, *args: Any, period: bool = False, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 64)
        self.period = period
        super().__init__(*args, **kwargs)

    @property
    def companions(self) -> tuple[str, ...]:
        return COMPANIONS if self.period else COMPANIONS[:6]

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        if self.period:
            kwargs["period"] = True
        return name, path, args, kwargs

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        super().contribute_to_class(cls, name, private_only)
        # A migration's model has only the columns that its migrations added.
        for number, suffix in enumerate(self.companions if cls.__module__ != "__fake__" else (), start=1):
            companion = self._companion_field(suffix, name)
            # Before the date: a constructor assigns fields in their order, and the date must overwrite its companions.
            companion.creation_counter = self.creation_counter - 1 + number / 100  # type: ignore[assignment]
            companion.contribute_to_class(cls, f"{name}_{suffix}")
        setattr(cls, self.attname, _DateDescriptor(self))

    def _companion_field(self, suffix: str, name: str) -> models.Field[Any, Any]:
        word = name.replace("_", " ")
        if suffix == "sort":
            return SortCompanion(
                default=SORT_BLANK, editable=False, help_text=f"Where the {word} sorts; see the guide."
            )
        if suffix in _MAX_LENGTHS:
            start = {"ends": "How its ends are given", "precision": "How exact it is", "display": "How it reads"}[
                suffix
            ]
            return TextCompanion(
                max_length=_MAX_LENGTHS[suffix], blank=True, default="", editable=False,
                help_text=f"{start}, from the {word}'s text.",
            )  # fmt: skip
        starts = {
            "earliest": "First day",
            "latest": "Last day",
            "certain_from": "Surely from",
            "certain_until": "Surely until",
        }
        return DateCompanion(
            null=True, blank=True, editable=False, help_text=f"{starts[suffix]}, from the {word}'s text; none if open."
        )

    def from_db_value(self, value: str | None, *args: object) -> PartialDate | None:
        return PartialDate.parse(value) if value else None

    def to_python(self, value: object) -> PartialDate | None:
        if value is None or isinstance(value, PartialDate):
            return value
        if not str(value).strip():
            return None
        try:
            return PartialDate.parse(str(value))
        except PartialDateError as error:
            raise invalid_date(error) from error

    def get_prep_value(self, value: object) -> str | None:
        date = self.to_python(value)
        return date.text if date is not None else None

    def value_to_string(self, obj: models.Model) -> str | None:  # type: ignore[override]
        value = self.value_from_object(obj)
        return None if value is None else str(value)

    def run_validators(self, value: object) -> None:
        if value is not None:
            super().run_validators(str(value))

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.pop("empty_value", None)
        return models.Field.formfield(self, form_class=PartialDateFormField, **kwargs)


def date_constraints(model: str, field: str) -> list[models.BaseConstraint]:
    """The check constraints of a date: earliest not after latest, and allowed characters only."""
    earliest, latest = f"{field}_earliest", f"{field}_latest"
    return [
        models.CheckConstraint(
            condition=models.Q(**{f"{earliest}__isnull": True})
            | models.Q(**{f"{latest}__isnull": True})
            | models.Q(**{f"{earliest}__lte": models.F(latest)}),
            name=f"{model}_{field}_earliest_not_after_latest",
            violation_error_message=format_lazy(
                _("{field}: its first day lies after its last, expected one on or before it."), field=field
            ),
        ),
        date_charset_constraint(model, field),
    ]


class KeyField(models.SlugField):  # type: ignore[type-arg]
    """A slug that sorts by bytes on both databases: PostgreSQL's default collations ignore hyphens."""

    #: See :mod:`archive.models.constraints`.
    forbidden_pattern = "[^a-zA-Z0-9_-]"

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class FoldedField(models.TextField):  # type: ignore[type-arg]
    """The folded forms of other fields, one per line, for comparing names; see :mod:`archive.text`."""

    def __init__(self, *args: Any, source: tuple[str, ...] = (), **kwargs: Any) -> None:
        kwargs.update(blank=True, default="", editable=False, serialize=False)
        kwargs.setdefault("help_text", f"Folded form of {' and '.join(source)}, made by the archive for searching.")
        self.source = tuple(source)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["source"] = self.source
        for default in ("blank", "default", "editable", "help_text", "serialize"):
            kwargs.pop(default, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        value = self.value_of(*(getattr(model_instance, name) for name in self.source))
        setattr(model_instance, self.attname, value)
        return value

    def value_of(self, *texts: str | None) -> str:
        """The column's value for the texts of its source fields."""
        folds = dict.fromkeys(fold(text or "") for text in texts)
        return "\n".join(form for form in folds if form)


class FilingKeyField(FoldedField):
    """The text by which lists of names are ordered, from the first of its source fields that is not empty.

    It sorts by bytes on both databases; see :func:`archive.text.filing_key`.
    """

    def __init__(self, *args: Any, source: tuple[str, ...] = (), **kwargs: Any) -> None:
        name = source[0] if source else "name"
        kwargs.setdefault("help_text", f"By which lists are ordered: the {name} folded, then as it is written.")
        super().__init__(*args, source=source, **kwargs)

    def value_of(self, *texts: str | None) -> str:
        return filing_key(next((text for text in texts if text), ""))

    def db_parameters(self, connection: BaseDatabaseWrapper) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


class SequenceField(models.PositiveSmallIntegerField):  # type: ignore[type-arg]
    """A record's position among the records of its date, written by triggers only (``cache.triggers.sequences``).

    A save does not change the column: the instance's value may be older than what a trigger has written.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "default": 0, "db_default": 0, "editable": False, "serialize": False})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("default", "db_default", "editable", "serialize"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        return 0 if add else models.F(self.attname)


KeyField.register_lookup(JsonSafe)
PartialDateField.register_lookup(JsonSafe)

#: Fields whose value is derived from others.
DERIVED = (FoldedField, DateCompanion, TextCompanion, SortCompanion)

__all__ = [
    "DERIVED", "FilingKeyField", "FoldedField", "KeyField", "PartialDateField", "SequenceField",
    "ValidationError", "date_constraints",
]  # fmt: skip
