"""Forms of records and parts: permissions on fields, and merging with other users' saves."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.autocompletes import set_linked_records
from archive.admin.collapsed_parts import COLLAPSED
from archive.admin.links import load_chosen
from archive.admin.merging import FormState, HiddenStateField, HiddenVersionField, Merge, display_value, normalized
from archive.admin.proposed_slugs import PROPOSED_SLUG, slug_to_save
from archive.admin.record_lookup import is_primary_key
from archive.choices import Status
from archive.models.base import Record
from archive.permissions import CONTRIBUTOR_STATUSES, may_publish, may_write
from archive.revisions.row_writer import LinkChanges, create_revisions, save_links, save_rows
from archive.terms import record_type
from archive.text import reject_invisible
from archive.workflow.steps import MAX_TEXT

#: Why a contributor may not add or change a part.
PUBLISHED_OWNER = _(
    "The record that it belongs to is published: got a contributor, expected an editor to add or change it."
)


class MergingForm(forms.ModelForm):  # type: ignore[type-arg]
    """Model form that merges the submitted values with what others saved since it was opened."""

    #: The user who edits; set by the admin.
    user: Any = None
    #: Whether the form is invalid because of another user's save.
    is_stale = False
    #: Whether another user deleted the part, and it was submitted unchanged: it stays deleted.
    is_dropped = False
    dropped_summary = ""
    #: The user whose save the form was merged with, and the labels of the fields taken from it.
    merged_from = ""
    merged_labels: tuple[str, ...] = ()

    read_version = HiddenVersionField(required=False, label=_("Version that was read"))
    form_state = HiddenStateField(label=_("State that was shown"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.is_stored = self.instance.pk is not None
        if stored and "read_version" in self.fields:
            self.fields["read_version"].initial = self.instance.version
        if stored and "form_state" in self.fields:
            # A callable: evaluated when the form is rendered, not when it is submitted.
            self.fields["form_state"].initial = lambda: FormState.of(self).token()
        if self.user is not None and hasattr(self.instance, "status") and not may_publish(self.user):
            self._restrict_to_drafts(stored)
        set_linked_records(self)
        self._mark_language()

    def _mark_language(self) -> None:
        """Set ``lang`` on the text, so that screen readers use its language."""
        tag = getattr(self.instance, "language_tag", "") or getattr(self.instance, "language", "")
        if tag and "text" in self.fields:
            self.fields["text"].widget.attrs |= {"lang": tag, "dir": "auto"}

    def _restrict_to_drafts(self, stored: bool) -> None:
        if stored and not may_write(self.user, self.instance):
            for field in self.fields.values():
                field.disabled = True
            return
        if "status" in self.fields:
            allowed = [choice for choice in Status.choices if choice[0] in CONTRIBUTOR_STATUSES]
            self.fields["status"].choices = allowed  # type: ignore[attr-defined]

    def replace_data(self, name: str, value: object) -> None:
        """Replace the submitted value of a field, for rendering and for ``changed_data``."""
        if not self._has_copied_data:
            self.data, self._has_copied_data = copy(self.data), True
        self.__dict__.pop("changed_data", None)  # cached from the submitted data
        key, text = self.add_prefix(name), normalized(value)
        if isinstance(text, list):
            getattr(self.data, "setlist", self.data.__setitem__)(key, text)
        else:
            self.data[key] = text

    data: Any
    _has_copied_data = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk is not None:
            self._merge(cleaned)
        return cleaned

    def opened_state(self, cleaned: dict[str, Any]) -> FormState | None:
        """The values that the submitted form was opened with."""
        return FormState.read(cleaned.get("form_state") or "")

    def link_changes(self) -> LinkChanges:
        """The links that differ from the stored ones."""
        stored = getattr(self.instance, "_prefetched_objects_cache", {})
        changes = {}
        for name in [column.name for column in self.instance._meta.many_to_many if column.name in self.cleaned_data]:
            before, after = ({row.pk for row in rows} for rows in (stored.get(name, ()), self.cleaned_data[name]))
            if before != after:
                changes[name] = before - after, after - before
        return changes

    def _save_m2m(self) -> None:
        """Stores the links, and then the one revision of the save that the admin has left to it."""
        links = [self.link_changes()]
        save_links([self.instance], links)
        if self.instance.__dict__.pop("skip_history_when_saving", False):
            create_revisions([self.instance], links, is_new=not self.is_stored)

    def _merge(self, cleaned: dict[str, Any]) -> None:
        read, base = cleaned.get("read_version"), self.opened_state(cleaned)
        if base is not None and base.key != self.instance.pk:
            base = None
        if base is None and read in (None, self.instance.version):
            return
        merge = Merge(self, cleaned, base)
        if not merge.changed_in_store():
            return
        if cleaned.get("DELETE"):
            self._refuse_deletion(merge)
            return
        merge.run()
        self.merged_from = self._last_user()
        self.merged_labels = tuple(str(self.fields[name].label or name) for name in merge.taken)
        if merge.taken or merge.conflicts:
            self._rebase()
        if merge.conflicts:
            self._refuse_conflicts(merge, read)

    def _rebase(self) -> None:
        """Make the stored values the base of the form that is rendered again: the next save overwrites them."""
        self.replace_data("read_version", self.instance.version)
        self.replace_data("form_state", FormState.of(self).token())

    def _refuse_conflicts(self, merge: Merge, read: int | None) -> None:
        """Add errors that show, for each field in conflict, the stored value and the one the form was opened with."""
        self.is_stale = True
        for name in merge.conflicts:
            self.add_error(name, self._conflict_message(merge, name))
        if read is None:
            return
        message = gettext(
            "Not saved: {user} changed this record while you were editing it (you read version {read}, it is now "
            "version {version}). Your entries are below; where both of you changed a field, the stored value is "
            "shown with it. Save again to overwrite their values, or reload the page to discard yours."
        ).format(user=self.merged_from, read=read, version=self.instance.version)
        self.add_error(None, ValidationError(message, code="stale"))

    def _refuse_deletion(self, merge: Merge) -> None:
        """Refuse to delete a part that another user changed: it is shown as stored, and the next save deletes it."""
        self.is_stale = True
        self.merged_from = self._last_user()
        changed = merge.changed_in_store()
        messages = {name: self._conflict_message(merge, name) for name in changed}
        merge.take_all()
        self._rebase()
        for name, message in messages.items():
            self.add_error(name, message)

    def _conflict_message(self, merge: Merge, name: str) -> str:
        stored = display_value(self, name, normalized(merge.stored(name)))
        message = gettext("Stored now, by {user}: '{value}'.").format(user=self.merged_from, value=stored)
        if name not in merge.base:
            return message
        opened = gettext("When you opened it: '{value}'.").format(value=display_value(self, name, merge.base[name]))
        return f"{message} {opened}"

    def _last_user(self) -> str:
        return last_user(type(self.instance), self.instance.pk)


def save_forms(part_forms: list[Any]) -> None:
    """Store the parts of valid forms of one model, which are all stored or all new, and their links."""
    if part_forms:
        save_rows([form.instance for form in part_forms], [form.link_changes() for form in part_forms])


def last_user(model: type[Record], key: int) -> str:
    """The user of the record's last revision; "somebody" if the history has none."""
    last = model.history.filter(id=key).select_related("history_user").order_by("-history_date", "-history_id").first()
    return str(getattr(last, "history_user", None) or gettext("somebody"))


class PartForm(MergingForm):
    """Form of a part on the page of its record, which decides who may change it."""

    #: The field with its position in the record, validated by the formset instead.
    position_field: str = ""
    #: Whether another user deleted the part, and it is added again as submitted.
    is_added_again = False
    #: Whether it is new and equals a part that was stored since the form was opened.
    is_repeated = False
    #: The part's former primary key, if another user deleted it.
    deleted_key: int | None = None
    #: Whether the form has only the heading of the part, which stays as it is stored but for its position.
    is_collapsed = False

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_dropped:
            self._errors.clear()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk is None and self.is_bound:
            self._clean_deleted(cleaned)
        return cleaned

    @property
    def is_marked_added_again(self) -> bool:
        """Whether the form was rendered with a deleted part, to be added again by the next save."""
        base = FormState.read(self.data.get(self.add_prefix("form_state")) or "") if self.is_bound else None
        return base is not None and base.key is None

    def collapse(self) -> None:
        """Leave the fields of a collapsed part: its key, its position, and the position that it was opened with."""
        names = (self._meta.model._meta.pk.name, self.position_field)
        position = getattr(self.instance, self.position_field) if self.position_field else ""
        opened = HiddenStateField(initial=normalized(position))
        self.fields = {name: self.fields[name] for name in names if name in self.fields} | {COLLAPSED: opened}
        self.is_collapsed = True

    def _rebase(self) -> None:
        if self.is_collapsed:
            self.replace_data(COLLAPSED, self.get_initial_for_field(self.fields[COLLAPSED], COLLAPSED))
        else:
            super()._rebase()

    def opened_state(self, cleaned: dict[str, Any]) -> FormState | None:
        if not self.is_collapsed:
            return super().opened_state(cleaned)
        key = self.data.get(self.add_prefix("id"), "")
        values = {self.position_field: cleaned.get(COLLAPSED) or ""} if self.position_field else {}
        return FormState(int(key), values) if is_primary_key(key) else None

    def _clean_deleted(self, cleaned: dict[str, Any]) -> None:
        """A part that was deleted since the form was opened: dropped if unchanged, else the user decides."""
        base = self.opened_state(cleaned)
        if self.is_marked_added_again:
            self.is_added_again = True
        elif "id" in self.errors:
            if base is not None and self.data.get(self.add_prefix("id")) == str(base.key):
                self._drop_or_refuse(Merge(self, cleaned, base), base)
            else:
                self.errors["id"] = self.error_class([gettext("This record has no such part. Reload the page.")])

    def _drop_or_refuse(self, merge: Merge, base: FormState) -> None:
        self.deleted_key = base.key
        self.merged_from = last_user(self._meta.model, base.key or 0)
        if self.is_collapsed or merge.is_unchanged():
            self.is_dropped = True
            self.replace_data("DELETE", "on")
            self.dropped_summary = f"{record_type(self._meta.model._meta.verbose_name)} '{merge.summary()}'"
            return
        self.is_stale = True
        for name, value in merge.base.items():
            if name in self.fields and merge.submitted(name) != value:
                self.add_error(
                    name, gettext("When you opened it: '{value}'.").format(value=display_value(self, name, value))
                )
        message = gettext(
            "{user} deleted this while you were editing it. Your entries are below. Save again to add it again, or "
            "tick Delete and save to leave it deleted."
        ).format(user=self.merged_from)
        self.errors["id"] = self.error_class([message])
        self.replace_data("id", "")
        self.replace_data("form_state", FormState(None, {}).token())

    def _get_validation_exclusions(self) -> set[str]:
        excluded = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*excluded, self.position_field} - {""}

    def _post_clean(self) -> None:
        """Checks a stored part without a change only against its record: the database has checked its values."""
        if self.instance.pk is None or self.has_changed():
            super()._post_clean()  # type: ignore[misc]
            return
        try:
            self.instance.clean()
        except ValidationError as error:
            self._update_errors(error)

    def _update_errors(self, errors: ValidationError) -> None:
        """Adds errors of fields that a collapsed form does not have as errors of the part, with the fields' labels."""
        if self.is_collapsed and hasattr(errors, "error_dict"):
            labels = {name: self.base_fields[name].label for name in errors.error_dict if name in self.base_fields}
            texts = [
                f"{labels[name]}: {text}" if name in labels else text
                for name, items in errors.message_dict.items() for text in items
            ]  # fmt: skip
            errors = ValidationError(texts)
        super()._update_errors(errors)  # type: ignore[misc]


class RecordForm(MergingForm):
    """Form of a record, or of a part on a page of its own, with a reason for the change for the history."""

    #: Why the database refused these values when they were saved; set by the admin.
    refused: str = ""
    #: Whether the record is sent back, which takes a remark; set by the admin.
    is_sent_back = False
    #: The forms of its parts on the same page; set by the admin.
    part_forms: Sequence[Any] = ()
    #: The fields of which the slug of a new record is made, unless the user types one; set by the admin.
    slug_from: tuple[str, ...] = ()

    proposed_slug = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)
    change_reason = forms.CharField(
        required=False,
        label=_("Change reason"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Why, in a few words; it is stored in the record's history."),
    )
    review_note = forms.CharField(
        required=False,
        label=_("Note to colleagues"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        validators=[reject_invisible],
        help_text=_(
            "Goes to the record's notes, which readers never see: with a submission what the editor should know, "
            "with a record sent back what is to be mended."
        ),
    )

    def full_clean(self) -> None:
        if PROPOSED_SLUG in self.fields:
            self.fields["slug"].required = False
        if self.is_bound:
            load_chosen([self, *self.part_forms])
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if PROPOSED_SLUG in self.fields and "slug" in cleaned:
            self._complete_slug(cleaned)
        if self.is_sent_back and not cleaned.get("review_note") and "review_note" not in self.errors:
            self.add_error("review_note", gettext("Got no remark, expected one that says what is to be mended."))
        if self.refused:
            raise ValidationError(self.refused, code="refused")
        return cleaned

    def _complete_slug(self, cleaned: dict[str, Any]) -> None:
        """Make the slug that nobody typed; one that is taken is refused as a typed one is."""
        slug = slug_to_save(cleaned, self.slug_from)
        if not slug and all(cleaned.get(name) for name in self.slug_from):
            self.add_error("slug", self.fields["slug"].error_messages["required"])
        elif slug != cleaned["slug"]:
            cleaned["slug"] = slug
            for name in ("slug", PROPOSED_SLUG):
                self.replace_data(name, slug)

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.user is None or self.errors or "status" in self.fields:
            return
        if not may_write(self.user, self.instance):
            self.add_error(None, PUBLISHED_OWNER)

    def save(self, commit: bool = True) -> Any:
        self.instance._change_reason = self.cleaned_data.get("change_reason") or None
        return super().save(commit)
