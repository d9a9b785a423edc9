"""Three-way merge of a form: the values it was opened with, the stored values, and the submitted values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext

from archive.admin.record_lookup import is_primary_key
from archive.dates import PartialDate
from archive.labels import record_label
from archive.terms import record_type, term

_SIGNER_SALT = "archive.admin.form_state"
#: Form fields that control saving and hold no value of the record.
SAVING_FIELDS = ("read_version", "form_state", "change_reason", "DELETE")


class HiddenStateField(forms.CharField):
    """Hidden field with a signed ``FormState``; never counts as a change of the record."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, **kwargs)

    def has_changed(self, initial: object, data: object) -> bool:
        return False


class HiddenVersionField(forms.IntegerField):
    """Hidden field with the version that the form was opened on; never counts as a change of the record."""

    widget = forms.HiddenInput

    def has_changed(self, initial: object, data: object) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class FormState:
    """The stored values that a form was opened with: the base of the merge.

    A signed hidden field carries them, because the history can't: fixtures and bulk loads write no revisions, and
    links change without a new version. The signed values are compressed.
    """

    key: int | None
    #: Field name -> text; for a many-to-many relation the primary keys as a sorted list of texts.
    values: dict[str, Any]

    @classmethod
    def of(cls, form: forms.ModelForm[Any]) -> FormState:
        values = {name: normalized(form.get_initial_for_field(form.fields[name], name)) for name in merged_names(form)}
        return cls(form.instance.pk, values)

    @classmethod
    def read(cls, token: str) -> FormState | None:
        """The state in the token; None if the token is missing or its signature is invalid."""
        try:
            key, values = signing.Signer(salt=_SIGNER_SALT).unsign_object(token)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(key, values)

    def token(self) -> str:
        return signing.Signer(salt=_SIGNER_SALT).sign_object([self.key, self.values], compress=True)


def merged_names(form: forms.ModelForm[Any]) -> list[str]:
    """The form's fields that hold values of the record, disabled ones included."""
    columns = {field.name for field in [*form._meta.model._meta.fields, *form._meta.model._meta.many_to_many]}
    excluded = {form._meta.model._meta.pk.name, *SAVING_FIELDS}
    names = [name for name in form.fields if name in columns and name not in excluded]
    return [name for name in names if not isinstance(form.fields[name], forms.models.InlineForeignKeyField)]


def normalized(value: object) -> str | list[str]:
    """A value as text for comparison, with normalized line ends and without outer spaces: browsers change both."""
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


def display_value(form: Any, name: str, value: Any) -> str:
    """A normalized value of a form's field as users read it."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        keys = value if isinstance(value, list) else [value] if value else []
        records = {
            str(record.pk): record_label(record)
            for record in cast("Any", field.queryset).filter(pk__in=filter(is_primary_key, keys))
        }
        return ", ".join(records.get(key, gettext("a record that is deleted")) for key in keys)
    # The column's choices: the form may offer fewer of them to this user.
    column = next((column for column in form._meta.model._meta.fields if column.name == name), None)
    labels = dict(getattr(column, "flatchoices", ()))
    return term(str(labels[value])) if value in labels else str(value)


def entered_values(form: forms.BaseForm) -> list[tuple[str, str]]:
    """Pairs of label and text for the fields of a bound form that are not empty."""
    pairs = []
    for bound in form.visible_fields():
        value = normalized(bound.value())
        if value and bound.name != "DELETE":
            pairs.append((str(bound.label), display_value(form, bound.name, value)))
    return pairs


class Merge:
    """Merge of a bound form, run in its ``clean``: changes its cleaned data, and its data if it is rendered again."""

    def __init__(self, form: Any, cleaned: dict[str, Any], base: FormState | None) -> None:
        self.form, self.cleaned = form, cleaned
        #: Empty if the form sent no state of this record: then every difference is a conflict.
        self.base = base.values if base is not None else {}
        self.names = [name for name in merged_names(form) if not form.fields[name].disabled]
        #: Fields whose stored value was taken, or merged with the submitted links.
        self.taken: list[str] = []
        #: Fields that both sides changed, to different values.
        self.conflicts: list[str] = []

    def run(self) -> None:
        for name in self.names:
            self._merge(name)

    def take_all(self) -> None:
        """Replace all submitted values by the stored ones."""
        for name in self.changed_in_store():
            self._take(name)

    def changed_in_store(self) -> list[str]:
        return [name for name in self.names if normalized(self.stored(name)) != self.base.get(name)]

    def is_unchanged(self) -> bool:
        """Whether all values were submitted as the form was opened."""
        return all(self.submitted(name) == self.base.get(name) for name in self.names)

    def stored(self, name: str) -> Any:
        return self.form.get_initial_for_field(self.form.fields[name], name)

    def submitted(self, name: str) -> Any:
        """The submitted value, normalized; from the form's data if the field refuses it."""
        if name in self.cleaned:
            return normalized(self.cleaned[name])
        field = self.form.fields[name]
        return normalized(field.widget.value_from_datadict(self.form.data, self.form.files, self.form.add_prefix(name)))

    def _merge(self, name: str) -> None:
        stored, submitted, base = normalized(self.stored(name)), self.submitted(name), self.base.get(name)
        if stored in (submitted, base):
            return
        if submitted == base:
            self._take(name)
        elif isinstance(stored, list) and isinstance(base, list):
            self._merge_links(name, stored, submitted, base)
        else:
            self.conflicts.append(name)

    def _take(self, name: str) -> None:
        """Take the stored value, even one that is not among the choices of this user's form."""
        stored, field = self.stored(name), self.form.fields[name]
        self.form._errors.pop(name, None)
        self.form.replace_data(name, stored)
        if isinstance(field, forms.ModelChoiceField) and not isinstance(field, forms.ModelMultipleChoiceField):
            stored = getattr(self.form.instance, name)
        self.cleaned[name] = stored
        self.taken.append(name)

    def _merge_links(self, name: str, stored: list[str], submitted: Iterable[str], base: list[str]) -> None:
        """Apply the user's additions and removals to the stored links; links never conflict."""
        added, removed = {*submitted} - {*base}, {*base} - {*submitted}
        merged = sorted(({*stored} | added) - removed)
        self.form._errors.pop(name, None)
        self.form.replace_data(name, merged)
        self.taken.append(name)
        try:
            self.cleaned[name] = self.form.fields[name].clean(merged)
        except ValidationError as error:
            self.form.add_error(name, error)

    def summary(self) -> str:
        """The first values of the base in one line, to name a part that is deleted."""
        values = [
            display_value(self.form, name, value) for name, value in self.base.items() if value and name in self.names
        ]
        return ", ".join(values[:3])[:120]


def merge_report(form: forms.BaseForm, formsets: Iterable[Any]) -> str:
    """A message about the values that a form took from other users' saves; empty if it took none."""
    users, items = set(), []
    for merged in [form, *(part for formset in formsets for part in formset.forms)]:
        if merged.merged_from:
            users.add(merged.merged_from)
        if merged.is_dropped:
            items.append(f"{term('deleted')}: {merged.dropped_summary}")
        elif merged.merged_labels:
            labels = ", ".join(merged.merged_labels)
            items.append(
                labels
                if merged is form
                else f"{record_type(merged.instance._meta.verbose_name)} '{merged.instance}': {labels}"
            )
    for formset in formsets:
        items += [
            f"{term('added')}: {record_type(formset.model._meta.verbose_name)} '{part}'"
            for part in formset.added_by_others
        ]
    if not items:
        return ""
    text = gettext("Merged with what {users} saved while you were editing: {values}.")
    return text.format(users=", ".join(sorted(users)) or gettext("somebody"), values="; ".join(items))
