"""Base classes of the models: version, timestamps, slug, status and history; and the signals of every save."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, ClassVar, Self

from django.apps import AppConfig
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.choices import Status
from archive.database import in_chunks
from archive.models.check_conditions import is_satisfied
from archive.models.fields import DERIVED, KeyField, SequenceField, derived_columns
from archive.models.history import BaselineHistoricalRecords
from archive.models.managers import NaturalKeyManager
from archive.models.merged_record import merges_of, refuse_merged_slug
from archive.models.review import refuse_embargoed
from archive.text import composed, reject_invisible

#: Slugs that no record has, because they are part of addresses: ``/api/v1/events/counts/``.
RESERVED_SLUGS = frozenset({"counts"})


def unused_slug(model: type[models.Model], base: str) -> str:
    """The base, or the base with the first number from 2 that makes a slug which no record of the model has or had."""
    slug, number = base, 1
    while used_slugs(model, [slug]):
        number += 1
        slug = f"{base}-{number}"
    return slug


def used_slugs(model: type[models.Model], slugs: Iterable[str]) -> set[str]:
    """The slugs in use among these: of a record of the model, or of a merged one."""
    used: set[str] = set()
    for chunk in in_chunks(slugs):
        stored, merged = (rows.order_by().values_list("slug", flat=True) for rows in slug_rows(model, chunk))
        used |= set(stored.union(merged, all=True))
    return used


def slug_rows(model: type[models.Model], slugs: Iterable[str]) -> tuple[models.QuerySet[Any], models.QuerySet[Any]]:
    """The records of the model with one of these slugs, and the merges of such records."""
    return model._default_manager.filter(slug__in=slugs), merges_of(model).filter(slug__in=slugs)


class Tracked(models.Model):
    """Base of records and parts: version, timestamps and natural key."""

    #: Field lookups that identify the record in fixtures and datasets; see :class:`NaturalKeyManager`.
    natural_key_fields: ClassVar[tuple[str, ...]] = ("slug",)
    #: Paths of the records that must be published too for the public to see this one (see ``archive.visibility``).
    visibility_parents: ClassVar[tuple[str, ...]] = ()
    #: Foreign keys of which a constraint lets exactly one be set.
    subjects: ClassVar[tuple[str, ...]] = ()
    #: Columns that ``set_derived_fields`` or the database computes from others.
    derived_fields: ClassVar[tuple[str, ...]] = ()

    version = models.PositiveIntegerField(
        default=1, editable=False, help_text="How many times the record was saved; guards against lost updates."
    )
    created_at = models.DateTimeField(auto_now_add=True, help_text="When the record was first saved (UTC).")
    updated_at = models.DateTimeField(auto_now=True, help_text="When the record was last saved (UTC).")

    objects = NaturalKeyManager()
    #: The row as it is stored, where who changes the record has locked and read it: checks compare with it.
    stored_row: Self | None = None
    #: Fields that ``check_change`` compares.
    compared_fields: ClassVar[tuple[str, ...]] = ()
    #: Revisions; every model but the abstract ones adds them.
    history: ClassVar[Any]
    #: Of the next revision, if they are set before the record is saved.
    _change_reason: str | None
    _history_user: object
    _history_date: datetime

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Also empties texts of blanks alone, and refuses invisible characters in every editable text field."""
        errors: dict[str, Any] = {}
        self._empty_blank_texts()
        self.compose_keys()
        try:
            super().clean_fields(exclude={*(exclude or ()), *self._loaded_relations()})
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
                reject_invisible(value)
            except ValidationError as error:
                errors[field.name] = error.error_list
        if errors:
            raise ValidationError(errors)

    def _empty_blank_texts(self) -> None:
        """Make a text that consists of blanks an empty one, which Django refuses where the field needs a text."""
        for field in self._meta.concrete_fields:
            value = getattr(self, field.attname)
            if field.editable and isinstance(value, str) and value.isspace():
                setattr(self, field.attname, None if field.null else "")

    def _loaded_relations(self) -> Iterator[str]:
        """The foreign keys whose record was read from the database: whether it exists needs no other query."""
        for field in self._meta.concrete_fields:
            if isinstance(field, models.ForeignKey) and field.is_cached(self):
                related = field.get_cached_value(self)
                if related is not None and not related._state.adding and related.pk == getattr(self, field.attname):
                    yield field.name

    def get_constraints(self) -> Any:
        """The constraints by model that remain to be validated: without checks that the row's own values satisfy."""
        constraints = super().get_constraints()
        return [(model, [item for item in own if not is_satisfied(item, self)]) for model, own in constraints]

    def set_derived_fields(self) -> None:
        """Compute columns from others. Called before every save, also for fixtures."""

    def compose_keys(self) -> None:
        """Compose the texts of the natural key (NFC), by which datasets name records. Called before every save."""
        for name in self.natural_key_fields:
            value = self.__dict__.get(name)
            if isinstance(value, str):
                self.__dict__[name] = composed(value)

    @classmethod
    def derive(cls, rows: Sequence[Self]) -> None:
        """``set_derived_fields`` of several rows; a model that reads others for it may read them once for all."""
        for row in rows:
            row.set_derived_fields()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk and not self._state.adding:
            self.version += 1
            if kwargs.get("update_fields") is not None:
                names = {*kwargs["update_fields"], "version", "updated_at", *self.derived_fields}
                kwargs["update_fields"] = names | derived_columns(type(self), names)
        super().save(*args, **kwargs)
        self.stored_row = None

    def natural_key(self) -> tuple[Any, ...]:
        """The values of ``natural_key_fields`` as a flat tuple; foreign keys by their own natural key."""
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
    """Base of records with a URL, which have a public version and timestamp.

    Triggers write both (``archive.cache.triggers.timestamps``); the defaults are the values of a new record.
    """

    public_version = models.PositiveIntegerField(
        default=1, db_default=1, editable=False, serialize=False,
        help_text="How many times what readers see of the record has changed: its columns, parts and links.",
    )  # fmt: skip
    # Not in dumps, like public_version: loaded records become visible when they are loaded.
    updated_at = models.DateTimeField(
        auto_now=True,
        serialize=False,
        help_text="When what readers see of the record last changed: columns, parts and links (UTC).",
    )

    class Meta:
        abstract = True


class Record(Addressed):
    """Base of records: slug and status."""

    slug = KeyField(
        max_length=120,
        unique=True,
        help_text="Short name in addresses and files: letters, digits, hyphens and underscores, best lower-case words "
        "joined by hyphens; never changed once saved.",
    )
    status = models.CharField(
        max_length=9,
        choices=Status.choices,
        default=Status.DRAFT,
        help_text="Only published records exist for the public.",
    )
    #: The status as it is stored; None for a new record.
    stored_status: str | None = None
    #: A slug that is known to be in use by no record, stored or merged: it is not looked for again.
    free_slug: str | None = None

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(getattr(self, "name", "") or getattr(self, "title", "") or self.slug)

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        """Also leaves the stored status in ``stored_status``, by which a save is seen to publish or withdraw."""
        record = super().from_db(db, field_names, values, **kwargs)
        record.stored_status = record.__dict__.get("status")
        return record

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Self] | None = None,
    ) -> None:
        super().refresh_from_db(using, fields, from_queryset)
        if fields is None or "status" in fields:
            self.stored_status = self.__dict__.get("status")

    def clean(self) -> None:
        super().clean()
        if self.slug in RESERVED_SLUGS:
            raise ValidationError({"slug": _reserved(self.slug)})
        if self._state.adding and self.slug != self.free_slug:
            refuse_merged_slug(self, self.slug)
        stored = self.stored_row
        if stored is None and self.pk:
            stored = (
                type(self)._default_manager.filter(pk=self.pk).only("slug", "status", *self.compared_fields).first()
            )
        if stored is not None and stored.slug != self.slug:
            raise ValidationError({"slug": _immutable(self.slug, stored.slug)})
        if stored is not None:
            self.check_change(stored)
        if self.status == Status.PUBLISHED and self.pk:
            if stored is not None and stored.status != Status.PUBLISHED:
                refuse_embargoed(self, self._state.db)
            self.check_publishable()

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        checked = {"slug"} if self._state.adding and self.slug == self.free_slug else set()
        super().validate_unique(exclude={*(exclude or ()), *checked})

    def check_change(self, stored: Self) -> None:
        """Check a change against what depends on the stored row, of which ``compared_fields`` are read.

        Raises ValidationError; record types override it.
        """

    def check_publishable(self) -> None:
        """Check rules that span rows before publication. Raises ValidationError; record types override it."""


def reserved_slug_expectation() -> str:
    """What is expected in place of a slug that is one of ``RESERVED_SLUGS``."""
    return gettext("another slug: this one is part of an address")


def _reserved(got: str) -> ValidationError:
    return ValidationError(
        _("got '%(got)s', expected %(expected)s."),
        code="reserved",
        params={"got": got, "expected": reserved_slug_expectation()},
    )


def _immutable(got: str, expected: str) -> ValidationError:
    return ValidationError(
        _("A slug never changes once saved: got '%(got)s', expected '%(expected)s'. Keep it, and change the name."),
        code="immutable",
        params={"got": got, "expected": expected},
    )


class Part(Tracked):
    """Base of parts: records without a URL, visible with the records that they belong to."""

    class Meta:
        abstract = True


def history(*m2m_fields: object) -> BaselineHistoricalRecords:
    """The history field of a model: revisions with all columns and these many-to-many links."""
    return BaselineHistoricalRecords(
        m2m_fields=list(m2m_fields), history_change_reason_field=models.TextField(null=True)
    )


def exactly_one(*names: str) -> models.Q:
    """The condition that one of these foreign keys is set and the others are NULL."""
    condition = models.Q()
    for set_name in names:
        condition |= models.Q(**{f"{name}__isnull": name != set_name for name in names})
    return condition


def at_most_one(*names: str) -> models.Q:
    """The condition that at most one of these foreign keys is set."""
    return exactly_one(*names) | models.Q(**{f"{name}__isnull": True for name in names})


def first_related(instance: models.Model, names: tuple[str, ...]) -> models.Model | None:
    """The related record of the first of these foreign keys that is set."""
    for name in names:
        if getattr(instance, f"{name}_id") is not None:
            related: models.Model = getattr(instance, name)
            return related
    return None


def refuse_cycle(record: models.Model, field: str) -> None:
    """Raise ValidationError if following the foreign key ``field`` leads back to the record."""
    seen = {record.pk} if record.pk else set()
    ancestor = getattr(record, field)
    while ancestor is not None:
        if ancestor.pk in seen:
            raise ValidationError(
                {
                    field: ValidationError(
                        _("A cycle: got '%(got)s', expected a record that is not below this one."),
                        code="cycle",
                        params={"got": str(ancestor), "expected": gettext("a record that is not below this one")},
                    )
                }
            )
        seen.add(ancestor.pk)
        ancestor = getattr(ancestor, field)


@receiver(pre_save)
def derive_before_save(
    sender: type[models.Model], instance: Any, raw: bool = False, using: str | None = None, **kwargs: object
) -> None:
    """Compute derived columns before every save; raw saves (fixtures) skip fields' ``pre_save``, so it runs here."""
    if raw and getattr(instance, "history_date", None) and getattr(instance, "updated_at", True) is None:
        instance.updated_at = instance.history_date  # A dump has no updated_at, of revisions neither.
    if not isinstance(instance, Tracked):
        return
    instance.compose_keys()
    instance.set_derived_fields()
    if raw:
        # Fixtures written by hand may have no timestamps.
        instance.created_at = instance.created_at or timezone.now()
        instance.updated_at = instance.updated_at or instance.created_at
        for field in instance._meta.concrete_fields:
            if isinstance(field, DERIVED):
                field.pre_save(instance, add=False)
            if isinstance(field, SequenceField):
                stored = sender._base_manager.using(using).filter(pk=instance.pk)
                setattr(instance, field.attname, stored.values_list(field.attname, flat=True).first() or 0)


def name_links(app: AppConfig) -> None:
    """Set names on the automatic many-to-many models: ``__str__`` gives "demand: Japan apologizes. → Japan"."""
    for model in app.get_models():
        for relation in model._meta.local_many_to_many:
            through: Any = relation.remote_field.through
            if through._meta.auto_created:
                through._meta.verbose_name = f"{model._meta.verbose_name} → {relation.verbose_name}"
                through.__str__ = _link_str(relation.m2m_field_name(), relation.m2m_reverse_field_name())


def _link_str(source: str, target: str) -> Any:
    def __str__(self: models.Model) -> str:  # noqa: N807 (set as a method)
        return f"{getattr(self, source)} → {getattr(self, target)}"

    return __str__


__all__ = [
    "Addressed", "NaturalKeyManager", "Part", "Record", "Tracked", "at_most_one", "exactly_one", "first_related",
    "history", "refuse_cycle",
]  # fmt: skip
