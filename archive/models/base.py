"""What every record has: slug, status, version, timestamps and a history of revisions."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from archive.choices import Status
from archive.models.fields import KeyField, columns_beside
from archive.models.history import BaselineHistoricalRecords
from archive.models.managers import NaturalKeyManager
from archive.text import refuse_unseen


class Tracked(models.Model):
    """Base of all that is stored: when it was made and changed, how often, and how its natural key reads."""

    #: Field lookups that together name the record in fixtures and datasets; see :class:`NaturalKeyManager`.
    natural_key_fields: ClassVar[tuple[str, ...]] = ("slug",)
    #: Forward keys without which the record is not visible to the public (see ``archive.visibility``).
    visibility_parents: ClassVar[tuple[str, ...]] = ()
    #: Foreign keys of which a constraint lets exactly one be set.
    subjects: ClassVar[tuple[str, ...]] = ()
    #: Columns filled in from others, by name; each is computed by ``derive``.
    derived_fields: ClassVar[tuple[str, ...]] = ()

    version = models.PositiveIntegerField(
        default=1, editable=False, help_text="How many times the record was saved; guards against lost updates."
    )
    created_at = models.DateTimeField(auto_now_add=True, help_text="When the record was first saved (UTC).")
    updated_at = models.DateTimeField(auto_now=True, help_text="When the record was last saved (UTC).")

    objects = NaturalKeyManager()

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Any = None) -> None:
        """Also refuse characters that can't be seen, in every text that somebody enters."""
        errors: dict[str, Any] = {}
        try:
            super().clean_fields(exclude=exclude)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        for field in self._meta.concrete_fields:
            value = getattr(self, field.attname)
            if (
                not field.editable
                or not isinstance(value, str)
                or field.name in (exclude or ())
                or field.name in errors
            ):
                continue
            try:
                refuse_unseen(value)
            except ValidationError as error:
                errors[field.name] = error.error_list
        if errors:
            raise ValidationError(errors)

    def derive(self) -> None:
        """Fill in the columns that follow from others. Called before every save, by fixtures too."""

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and not self._state.adding:
            self.version += 1
            if kwargs.get("update_fields") is not None:
                named = {*kwargs["update_fields"], "version", "updated_at", *self.derived_fields}
                kwargs["update_fields"] = named | columns_beside(type(self), named)
        super().save(*args, **kwargs)

    def natural_key(self) -> tuple[Any, ...]:
        """The values of ``natural_key_fields``, foreign keys given by their own natural key (flat)."""
        values: list[Any] = []
        for path in self.natural_key_fields:
            value: Any = self
            for part in path.split("__"):
                value = getattr(value, part) if value is not None else None
            if isinstance(value, models.Model):
                value = value.pk
            values.append(value if value is None or isinstance(value, int) else str(value))
        return tuple(values)


class Addressed(Tracked):
    """A record with an address of its own, and so with stamps that the public sees.

    Triggers write both (``archive.cache.triggers.timestamps``); the defaults are what a new record has.
    """

    public_version = models.PositiveIntegerField(
        default=1, db_default=1, editable=False, serialize=False,
        help_text="How many times what readers see of the record has changed: its columns, parts and links.",
    )  # fmt: skip
    # A dump holds neither: what is loaded comes into sight when it is loaded.
    updated_at = models.DateTimeField(
        auto_now=True,
        serialize=False,
        help_text="When what readers see of the record last changed: columns, parts and links (UTC).",
    )

    class Meta:
        abstract = True


class Record(Addressed):
    """A record with a slug that is its own, which is published or not."""

    slug = KeyField(
        max_length=120,
        unique=True,
        help_text="Short name in addresses and files, lower-case words joined by hyphens; never changed once saved.",
    )
    status = models.CharField(
        max_length=9,
        choices=Status.choices,
        default=Status.DRAFT,
        help_text="Only published records exist for the public.",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(getattr(self, "name", "") or getattr(self, "title", "") or self.slug)

    def clean(self) -> None:
        super().clean()
        stored = type(self)._default_manager.filter(pk=self.pk) if self.pk else None
        old = stored.values_list("slug", flat=True).first() if stored is not None else None
        if old and old != self.slug:
            raise ValidationError({"slug": _immutable(self.slug, old)})
        if self.status == Status.PUBLISHED and self.pk:
            self.check_publishable()

    def check_publishable(self) -> None:
        """Refuse what spans rows and must not be published. Raises ValidationError; records override it."""


def _immutable(got: str, expected: str) -> ValidationError:
    return ValidationError(
        "A slug never changes once saved: got '%(got)s', expected '%(expected)s'. Keep it, and change the name.",
        code="immutable",
        params={"got": got, "expected": expected},
    )


class Part(Tracked):
    """A record without an address: it is visible with the records that it belongs to."""

    class Meta:
        abstract = True


def history(*m2m_fields: Any) -> BaselineHistoricalRecords:
    """The history of one model: who, when, why, and all columns, with the many-to-many links named."""
    return BaselineHistoricalRecords(
        m2m_fields=list(m2m_fields), history_change_reason_field=models.TextField(null=True)
    )


def exactly_one(*names: str) -> models.Q:
    """A condition: of these foreign keys one is set and the others are NULL."""
    condition = models.Q()
    for chosen in names:
        condition |= models.Q(**{f"{name}__isnull": name != chosen for name in names})
    return condition


def at_most_one(*names: str) -> models.Q:
    """A condition: of these foreign keys at most one is set."""
    return exactly_one(*names) | models.Q(**{f"{name}__isnull": True for name in names})


def chosen(instance: models.Model, names: tuple[str, ...]) -> models.Model | None:
    """The one related record that is set, of several foreign keys."""
    for name in names:
        if getattr(instance, f"{name}_id") is not None:
            related: models.Model = getattr(instance, name)
            return related
    return None


__all__ = [
    "Addressed", "NaturalKeyManager", "Part", "Record", "Tracked", "at_most_one", "chosen", "exactly_one", "history",
]  # fmt: skip
