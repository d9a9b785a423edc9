"""New parts of a form that are stored already: those of a form that was sent twice, or that a colleague added too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django.db.models import Model

from archive.admin.forms import PartForm
from archive.admin.merging import merged_names, normalized


def mark_repeated(part_forms: Iterable[PartForm], added: Iterable[Model], position_field: str = "") -> None:
    """Set ``is_repeated`` of the new parts that equal one that was added since the form was opened, in every field.

    Each of the added parts stands for one. An empty position equals any.
    """
    remaining = list(added)
    for form in part_forms:
        if not remaining or not form.has_changed() or form.errors:
            continue
        stored = next((part for part in remaining if _is_equal(form, part, position_field)), None)
        if stored is not None:
            remaining.remove(stored)
            form.is_repeated = True


def _is_equal(form: PartForm, part: Model, position_field: str) -> bool:
    for name in merged_names(form):
        submitted = normalized(form.cleaned_data.get(name))
        if name == position_field and not submitted:
            continue
        field = cast("Any", part._meta.get_field(name))
        if submitted != normalized(field.value_from_object(part)):
            return False
    return True
