"""Three-way merge of a form: what was shown when it was opened, what is stored now, and what was sent."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models

from archive.admin.autocompletes import is_key
from archive.admin.labels import label
from archive.dates import PartialDate

_SIGNER_SALT = "archive.admin.shown_state"
#: Fields that say how to save, and are not the record's own.
SAVING_FIELDS = ("read_version", "shown_state", "change_reason", "DELETE")


class HiddenStateField(forms.CharField):
    """A hidden field about the form itself. It is no change of the record."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class HiddenVersionField(forms.IntegerField):
    """The version that was read, in a hidden input. It is no change of the record."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class ShownState:
    """The stored values that a form was opened with: the base of the merge.

    It travels in the form, signed, and not in the history: fixtures and bulk loads write no revisions, and a link is
    changed without a new version. Signed values are compressed, so that a long text is hardly sent twice.
    """

    key: int | None
    #: Field name -> text; of a many-to-many relation the keys as a sorted list of texts.
    values: dict[str, Any]

    @classmethod
    def of(cls, form: Any) -> ShownState:
        values = {name: comparable(form.get_initial_for_field(form.fields[name], name)) for name in merged_names(form)}
        return cls(form.instance.pk, values)

    @classmethod
    def read(cls, token: str) -> ShownState | None:
        """The state in the token; None where the token is missing or is not this archive's."""
        try:
            key, values = signing.Signer(salt=_SIGNER_SALT).unsign_object(token)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(key, values)

    def token(self) -> str:
        return signing.Signer(salt=_SIGNER_SALT).sign_object([self.key, self.values], compress=True)


def merged_names(form: Any) -> list[str]:
    """The form's fields that hold values of the record, whoever may change them."""
    concrete = {field.name for field in [*form._meta.model._meta.fields, *form._meta.model._meta.many_to_many]}
    skipped = {form._meta.model._meta.pk.name, *SAVING_FIELDS}
    named = [name for name in form.fields if name in concrete and name not in skipped]
    return [name for name in named if not isinstance(form.fields[name], forms.models.InlineForeignKeyField)]


def comparable(value: Any) -> str | list[str]:
    """A value as text; line ends and outer spaces, which a browser or a form field changes, do not count."""
    if isinstance(value, models.Model):
        return str(value.pk)
    if isinstance(value, PartialDate):
        return value.text
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n").replace("\r", "\n").strip()
    if isinstance(value, Iterable):
        return sorted(str(getattr(item, "pk", item)) for item in value)
    return str(value)


def described(form: Any, name: str, value: Any) -> str:
    """A comparable value of a form's field, in words."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        keys = value if isinstance(value, list) else [value] if value else []
        records = {str(record.pk): label(record) for record in field.queryset.filter(pk__in=filter(is_key, keys))}
        return ", ".join(records.get(key, "a record that is not there any more") for key in keys)
    # The form may offer fewer words of the vocabulary to this user.
    column = next((column for column in form._meta.model._meta.fields if column.name == name), None)
    return str(dict(getattr(column, "flatchoices", ())).get(value, value))


def typed_values(form: Any) -> list[tuple[str, str]]:
    """What was typed into a bound form, as pairs of label and words; empty fields are left out."""
    pairs = []
    for bound in form.visible_fields():
        value = comparable(bound.value())
        if value and bound.name != "DELETE":
            pairs.append((str(bound.label), described(form, bound.name, value)))
    return pairs


class Merge:
    """Merges a bound form in its ``clean``: its cleaned data, and what it shows if it is shown again."""

    def __init__(self, form: Any, cleaned: dict[str, Any], base: ShownState | None) -> None:
        self.form, self.cleaned = form, cleaned
        #: Without a state that is the form's own, the base is not known: whatever differs is a conflict.
        self.base = base.values if base is not None else {}
        self.names = [name for name in merged_names(form) if not form.fields[name].disabled]
        #: Fields whose stored value was taken, alone or with the links that were sent.
        self.taken: list[str] = []
        #: Fields that were changed on both sides, to different values.
        self.conflicts: list[str] = []

    def run(self) -> None:
        for name in self.names:
            self._merge(name)

    def take_all(self) -> None:
        """Take every stored value; what was sent is given up."""
        for name in self.changed_in_store():
            self._take(name)

    def changed_in_store(self) -> list[str]:
        return [name for name in self.names if comparable(self.stored(name)) != self.base.get(name)]

    def is_as_shown(self) -> bool:
        """Whether all was sent as it was shown."""
        return all(self.sent(name) == self.base.get(name) for name in self.names)

    def stored(self, name: str) -> Any:
        return self.form.get_initial_for_field(self.form.fields[name], name)

    def sent(self, name: str) -> Any:
        """What was sent, comparable, also where the field refuses it."""
        if name in self.cleaned:
            return comparable(self.cleaned[name])
        field = self.form.fields[name]
        return comparable(field.widget.value_from_datadict(self.form.data, self.form.files, self.form.add_prefix(name)))

    def _merge(self, name: str) -> None:
        stored, sent, base = comparable(self.stored(name)), self.sent(name), self.base.get(name)
        if stored in (sent, base):
            return
        if sent == base:
            self._take(name)
        elif isinstance(stored, list) and isinstance(base, list):
            self._merge_links(name, stored, sent, base)
        else:
            self.conflicts.append(name)

    def _take(self, name: str) -> None:
        """Take the stored value, also where it is not among the choices of this user's form."""
        stored, field = self.stored(name), self.form.fields[name]
        self.form._errors.pop(name, None)
        self.form.show_instead(name, stored)
        if isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField):
            stored = getattr(self.form.instance, name)
        self.cleaned[name] = stored
        self.taken.append(name)

    def _merge_links(self, name: str, stored: list[str], sent: Any, base: list[str]) -> None:
        """Links added and removed on both sides: two links do not contradict each other."""
        added, removed = {*sent} - {*base}, {*base} - {*sent}
        merged = sorted(({*stored} | added) - removed)
        self.form._errors.pop(name, None)
        self.form.show_instead(name, merged)
        self.taken.append(name)
        try:
            self.cleaned[name] = self.form.fields[name].clean(merged)
        except ValidationError as error:
            self.form.add_error(name, error)

    def summary(self) -> str:
        """The base in a few words, for a part that is not stored any more."""
        values = [
            described(self.form, name, value) for name, value in self.base.items() if value and name in self.names
        ]
        return ", ".join(values[:3])[:120]


def merge_report(form: Any, formsets: Iterable[Any]) -> str:
    """A sentence on what a saved form took from other people's saves; empty where it took nothing."""
    users, items = set(), []
    for own in [form, *(part for formset in formsets for part in formset.forms)]:
        if own.merged_from:
            users.add(own.merged_from)
        if own.is_vanished:
            items.append(f"deleted: {own.vanished_summary}")
        elif own.merged_labels:
            named = ", ".join(own.merged_labels)
            items.append(named if own is form else f"{own.instance._meta.verbose_name} '{own.instance}': {named}")
    for formset in formsets:
        items += [f"added: {formset.model._meta.verbose_name} '{part}'" for part in formset.added_by_others]
    if not items:
        return ""
    by = " and ".join(sorted(users)) or "somebody"
    return f"Merged with what {by} saved while you were editing: {'; '.join(items)}."
