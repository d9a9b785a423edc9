"""Parts that have a place in their record: numbered by hand or by themselves, and free to change places."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Max

from archive.admin.forms import RecordForm
from archive.admin.parts import PartFormSet

_MOST = 9_999


class OrderedPartForm(RecordForm):
    """A part on a page of its own: without a number it takes the next one of those stored with its record."""

    #: The field that holds the place, and the one that leads to the record.
    place: str
    record: str

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.place in self.fields:
            self.fields[self.place].required = False
            self.fields[self.place].help_text += " Left empty: the next."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        record = cleaned.get(self.record)
        if record is not None and self.place in cleaned and cleaned[self.place] is None:
            # Of two who save at once, the second waits here, and counts what the first has stored.
            type(record)._default_manager.select_for_update().filter(pk=record.pk).first()
            others = self._meta.model._default_manager.filter(**{self.record: record}).exclude(pk=self.instance.pk)
            last = others.aggregate(last=Max(self.place))["last"]
            cleaned[self.place] = (last or 0) + 1
        return cleaned


class OrderedFormSet(PartFormSet):
    """Numbers what has no number, last; lets parts swap numbers, which row by row the database would refuse."""

    #: The field that holds the place, from 1; unique in the record.
    place: str

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields[self.place].required = False
        form.fields[self.place].help_text += " Left empty: the next."
        form.place = self.place

    def clean(self) -> None:
        kept = [form for form in self.forms if form not in self.deleted_forms and self._is_filled(form)]
        others = self._places_of_others()
        taken: set[int] = set()
        for form in kept:
            number = form.cleaned_data.get(self.place)
            if number is None:
                continue
            if not 1 <= number <= _MOST:
                form.add_error(self.place, f"Got {number}, expected a number from 1 to {_MOST}.")
            elif number in taken:
                form.add_error(self.place, f"Got {number} twice, expected each once; empty: numbered by itself.")
            elif number in others:
                form.add_error(
                    self.place,
                    f"Got {number}, which '{others[number]}' has since you opened the page, expected another or "
                    "none: numbered by itself.",
                )
            taken.add(number)
        taken |= {*others}
        for form in kept:
            if form.cleaned_data.get(self.place) is None:
                number = max(taken, default=0) + 1
                taken.add(number)
                setattr(form.instance, self.place, number)
        super().clean()

    def _places_of_others(self) -> dict[int, Any]:
        """The stored parts that are not in the form, by place: somebody added them meanwhile."""
        if self.instance.pk is None:
            return {}
        shown = [form.instance.pk for form in self.initial_forms if form.instance.pk is not None]
        stored = self.model._default_manager.filter(**{self.fk.name: self.instance}).exclude(pk__in=shown)
        return {getattr(part, self.place): part for part in stored}

    def _is_filled(self, form: Any) -> bool:
        if form.is_vanished:
            return False
        return hasattr(form, "cleaned_data") and (form.instance.pk is not None or form.has_changed())

    def save_existing_objects(self, commit: bool = True) -> Any:
        """First out of the way, then to their new places."""
        moving = [form.instance.pk for form in self.initial_forms if self._moves(form)]
        if commit and moving:
            self.model._default_manager.filter(pk__in=moving).update(**{self.place: F(self.place) + _MOST + 1})
        return super().save_existing_objects(commit)

    def _moves(self, form: Any) -> bool:
        return form.instance.pk is not None and (form in self.deleted_forms or self.place in form.changed_data)
