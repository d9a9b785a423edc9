"""The forms of records and of their parts: who may set what, and nobody's work lost under somebody else's."""

from __future__ import annotations

from copy import copy
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from archive.admin.autocompletes import tell_labels
from archive.admin.merging import HiddenStateField, HiddenVersionField, Merge, ShownState, comparable, described
from archive.choices import Status
from archive.permissions import CONTRIBUTOR_STATUSES, PUBLISH, may_write


class GuardedForm(forms.ModelForm):
    """A record or a part, merged with what others saved since the form was opened; nothing typed is lost."""

    #: Set by the admin: who edits.
    user: Any = None
    #: Whether the form is refused because of what somebody else saved.
    is_stale = False
    #: Whether the part was deleted by somebody else and sent unchanged: it is let go.
    is_vanished = False
    vanished_summary = ""
    #: Who saved what the form was merged with, and the labels of the fields that were taken.
    merged_from = ""
    merged_labels: tuple[str, ...] = ()

    read_version = HiddenVersionField(required=False)
    shown_state = HiddenStateField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = self.instance.pk is not None
        if stored and "read_version" in self.fields:
            self.fields["read_version"].initial = self.instance.version
        if stored and "shown_state" in self.fields:
            # Evaluated where the form is rendered, not where it is sent.
            self.fields["shown_state"].initial = lambda: ShownState.of(self).token()
        if self.user is not None and "status" in self.fields and not self.user.has_perm(PUBLISH):
            self._keep_to_drafts(stored)
        tell_labels(self)
        self._mark_language()

    def _mark_language(self) -> None:
        """The text of a record that says its language is read aloud in it."""
        tag = getattr(self.instance, "language_tag", "") or getattr(self.instance, "language", "")
        if tag and "text" in self.fields:
            self.fields["text"].widget.attrs |= {"lang": tag, "dir": "auto"}

    def _keep_to_drafts(self, stored: bool) -> None:
        if stored and not may_write(self.user, self.instance):
            for field in self.fields.values():
                field.disabled = True
            return
        allowed = [choice for choice in Status.choices if choice[0] in CONTRIBUTOR_STATUSES]
        self.fields["status"].choices = allowed  # type: ignore[attr-defined]

    def show_instead(self, name: str, value: Any) -> None:
        """Put a value in place of the one sent: shown if the form is shown again, and compared with what is stored."""
        if not self._is_data_own:
            self.data, self._is_data_own = copy(self.data), True
        self.__dict__.pop("changed_data", None)  # cached from what was sent
        key, text = self.add_prefix(name), comparable(value)
        if isinstance(text, list):
            getattr(self.data, "setlist", self.data.__setitem__)(key, text)
        else:
            self.data[key] = text

    _is_data_own = False

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.instance.pk is not None:
            self._merge(cleaned)
        return cleaned

    def _merge(self, cleaned: dict[str, Any]) -> None:
        read, base = cleaned.get("read_version"), ShownState.read(cleaned.get("shown_state") or "")
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
        """The form shown again stands on what is stored now: the next save goes over it."""
        self.show_instead("read_version", self.instance.version)
        self.show_instead("shown_state", ShownState.of(self).token())

    def _refuse_conflicts(self, merge: Merge, read: int | None) -> None:
        """Beside each field in conflict: what is stored, and what was when the form was opened."""
        self.is_stale = True
        for name in merge.conflicts:
            self.add_error(name, self._both(merge, name))
        message = (
            f"Not saved: {self.merged_from} changed this while you were editing it (you read version {read}, it is now "
            f"version {self.instance.version}). What you entered is kept below, with what is stored beside it where "
            "both of you changed it. Save again to put yours in its place, or open the page anew to give yours up."
        )
        self.add_error(None, ValidationError(message, code="stale"))

    def _refuse_deletion(self, merge: Merge) -> None:
        """What somebody changed is not deleted unseen: it is shown as it is stored, and the next save deletes it."""
        self.is_stale = True
        self.merged_from = self._last_user()
        changed = merge.changed_in_store()
        sentences = {name: self._both(merge, name) for name in changed}
        merge.take_all()
        self._rebase()
        for name, sentence in sentences.items():
            self.add_error(name, sentence)

    def _both(self, merge: Merge, name: str) -> str:
        stored = described(self, name, comparable(merge.stored(name)))
        sentence = f"Stored now, by {self.merged_from}: '{stored}'."
        if name not in merge.base:
            return sentence
        return f"{sentence} When you opened it: '{described(self, name, merge.base[name])}'."

    def _last_user(self) -> str:
        return last_user(type(self.instance), self.instance.pk)


def last_user(model: Any, key: int) -> str:
    """Who saved or deleted the record last, as far as the history says."""
    last = model.history.filter(id=key).select_related("history_user").order_by("-history_date", "-history_id").first()
    return str(getattr(last, "history_user", None) or "somebody")


class PartForm(GuardedForm):
    """A part entered on the page of its record, whose form says who may change it."""

    #: The field that holds its place in the record, checked by the formset, which sees all places at once.
    place: str = ""
    #: Whether the part was deleted by somebody else, and is added again as it was sent.
    is_added_again = False
    #: The primary key that it had, where it was deleted by somebody else.
    deleted_key: int | None = None

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_vanished:
            self._errors.clear()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.instance.pk is None and self.is_bound:
            self._clean_deleted(cleaned)
        return cleaned

    @property
    def is_marked_added_again(self) -> bool:
        """Whether the form was shown with a part that is deleted, and says that it is to be added again."""
        base = ShownState.read(self.data.get(self.add_prefix("shown_state")) or "") if self.is_bound else None
        return base is not None and base.key is None

    def _clean_deleted(self, cleaned: dict[str, Any]) -> None:
        """A part that was shown and is not stored any more: let go if unchanged, else its editor decides."""
        base = ShownState.read(cleaned.get("shown_state") or "")
        if self.is_marked_added_again:
            self.is_added_again = True
        elif "id" in self.errors:
            if base is not None and self.data.get(self.add_prefix("id")) == str(base.key):
                self._let_go_or_ask(Merge(self, cleaned, base), base)
            else:
                self.errors["id"] = self.error_class(["There is no such part of this record. Open the page anew."])

    def _let_go_or_ask(self, merge: Merge, base: ShownState) -> None:
        self.deleted_key = base.key
        self.merged_from = last_user(self._meta.model, base.key or 0)
        if merge.is_as_shown():
            self.is_vanished = True
            self.show_instead("DELETE", "on")
            self.vanished_summary = f"{self._meta.model._meta.verbose_name} '{merge.summary()}'"
            return
        self.is_stale = True
        for name, value in merge.base.items():
            if name in self.fields and merge.sent(name) != value:
                self.add_error(name, f"When you opened it: '{described(self, name, value)}'.")
        message = (
            f"Somebody deleted this in the meantime: {self.merged_from}. What you entered is kept below. Save again to "
            "add it anew, or tick Delete and save to let it go."
        )
        self.errors["id"] = self.error_class([message])
        self.show_instead("id", "")
        self.show_instead("shown_state", ShownState(None, {}).token())

    def _get_validation_exclusions(self) -> set[str]:
        excluded = super()._get_validation_exclusions()  # type: ignore[misc]
        return {*excluded, self.place} - {""}


class RecordForm(GuardedForm):
    """A record, or a part on a page of its own, with a reason for the change, which goes into the history."""

    #: Set by the admin: what the database refused when these values were saved a moment ago.
    refused: str = ""

    change_reason = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Why, in a few words; kept in the record's history.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.refused:
            raise ValidationError(self.refused, code="refused")
        return cleaned

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        if self.user is None or self.errors or "status" in self.fields:
            return
        if not may_write(self.user, self.instance):
            self.add_error(
                None, "What it belongs to is published: got a contributor, expected an editor to add or change it."
            )

    def save(self, commit: bool = True) -> Any:
        self.instance._change_reason = self.cleaned_data.get("change_reason") or None
        return super().save(commit)
