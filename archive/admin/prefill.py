"""Forms for new records that are filled in from a stored one: clones, and the next record in a series.

``add/?clone=<pk>`` fills in the fields and parts of that record; ``add/?previous=<pk>`` those that stay the same from
one record to the next, by the record's admin. The values are initial data of an ordinary form: nothing is stored before
it is saved, and what is left as filled in is saved like what is typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import flatten, flatten_fieldsets
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db.models import Field, Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext

from archive.admin.mixins import AdminMixin
from archive.admin.proposals import is_proposing
from archive.admin.record_lookup import row_with_key
from archive.labels import label_relations
from archive.models.base import Record
from archive.visibility import Viewer

#: The parameter of the add form with the primary key of a record to clone, or to continue from.
CLONE, PREVIOUS = "clone", "previous"
#: The submit button that saves a record and opens the form of the next one.
NEXT_BUTTON = "_addnext"
#: Fields that a new record does not take from another, besides unique ones.
_NEVER_COPIED = {"status", "change_reason", "review_note", "read_version", "form_state"}


@dataclass(slots=True)
class Prefill:
    """Initial values of the form of a new record and of its parts; relations as records."""

    source: Any
    is_clone: bool
    values: dict[str, Any] = field(default_factory=dict)
    #: Class of the inline -> the values of each part.
    parts: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)


class PrefillMixin(AdminMixin):
    """For admins of records with a status: fills in the form of a new record from a stored one."""

    #: The fields that stay the same from one record to the next, and those of each inline's parts, by its model. With
    #: none there is no button for the next record.
    next_fields: tuple[str, ...] = ()
    next_part_fields: Mapping[Any, tuple[str, ...]] = {}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        name = next((name for name in (CLONE, PREVIOUS) if name in request.GET), "")
        if request.method == "GET" and object_id is None and name:
            source = self._prefill_source(request, name)
            if source is None:
                messages.error(
                    request,
                    gettext(
                        "Nothing is filled in: got {name}={value}, expected the number "
                        "of a {verbose_name} that you may view. This is an empty form."
                    ).format(name=name, value=request.GET[name][:20], verbose_name=self.opts.verbose_name),
                )
                return HttpResponseRedirect(request.path)
            request.prefill = self._prefill(request, source, name == CLONE)  # type: ignore[attr-defined]
        return super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_changeform_initial_data(request)  # type: ignore[misc]
        prefill = getattr(request, "prefill", None)
        return {**prefill.values, **initial} if prefill else initial

    def get_formset_kwargs(
        self, request: HttpRequest, obj: Model, inline: InlineModelAdmin[Any, Any], prefix: str
    ) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)  # type: ignore[misc]
        prefill = getattr(request, "prefill", None)
        parts = prefill.parts.get(type(inline)) if prefill else None
        return {**kwargs, "initial": parts} if parts else kwargs

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, change: bool = False,
        form_url: str = "", obj: Model | None = None,
    ) -> Any:  # fmt: skip
        record = context.get("original")
        may_add = self.has_status and self.has_add_permission(request) and not is_proposing(request)
        if record is not None and may_add:
            context["clone_url"] = f"{self._add_url()}?{CLONE}={record.pk}"
        context["prefill"] = getattr(request, "prefill", None)
        context["next_button"] = NEXT_BUTTON if self.next_fields and may_add else ""
        return super().render_change_form(request, context, add, change, form_url, obj)  # type: ignore[misc]

    def response_add(self, request: HttpRequest, obj: Model, post_url_continue: str | None = None) -> Any:
        response = super().response_add(request, obj, post_url_continue)  # type: ignore[misc]
        return self._response_next(request, obj, response)

    def response_change(self, request: HttpRequest, obj: Model) -> Any:
        return self._response_next(request, obj, super().response_change(request, obj))  # type: ignore[misc]

    def _response_next(self, request: HttpRequest, obj: Model, response: HttpResponse) -> Any:
        """The redirect to the form of the next record, if the form was sent by the button for it.

        The fragment focuses the first field that is to be filled in: the date rarely changes.
        """
        if NEXT_BUTTON not in request.POST or not self.next_fields or not self.has_add_permission(request):
            return response
        return HttpResponseRedirect(f"{self._add_url()}?{PREVIOUS}={obj.pk}#id_name")

    def _add_url(self) -> str:
        return reverse(f"admin:archive_{self.opts.model_name}_add")

    def _prefill_source(self, request: HttpRequest, name: str) -> Any:
        """The record that the parameter names; None if the user sees none. Raises PermissionDenied."""
        if not self.has_add_permission(request) or not self.has_view_permission(request):
            raise PermissionDenied
        if not self.has_status or (name == PREVIOUS and not self.next_fields):
            return None
        key = request.GET[name]
        record = row_with_key(self.get_queryset(request), key)
        return record if record is not None and self.has_view_permission(request, record) else None

    def _prefill(self, request: HttpRequest, source: Model, is_clone: bool) -> Prefill:
        names = flatten_fieldsets(self.get_fieldsets(request)) if is_clone else self.next_fields
        rows: dict[Any, tuple[list[Any], list[Any]]] = {None: ([source], _copied(self.model, names))}
        for inline in self.get_inline_instances(request):
            own = flatten(inline.fields or ()) if is_clone else self.next_part_fields.get(inline.model, ())
            # What has a status is a record of its own, such as an appointment on the page of an official.
            if not own or any(column.name == "status" for column in inline.model._meta.fields):
                continue
            key = inline.fk_name or next(
                column.name for column in inline.model._meta.fields if column.related_model is self.model
            )
            parts = inline.model._default_manager.visible_to(request.user).filter(**{key: source.pk})
            rows[type(inline)] = (list(parts), _copied(inline.model, own))
        values = _initial_values(rows, request.user)
        return Prefill(source, is_clone, values.pop(None)[0], values)


def _copied(model: type[Model], names: Iterable[str]) -> list[Any]:
    """The model's fields of these names that another row may have the same value of."""
    fields = []
    for name in names:
        try:
            column = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        if name not in _NEVER_COPIED and column.editable and not getattr(column, "unique", False):
            fields.append(column)
    return fields


def _initial_values(rows: dict[Any, tuple[list[Any], list[Any]]], user: Viewer) -> dict[Any, list[dict[str, Any]]]:
    """The initial values of each group of rows, without relations to records that the user may not see.

    One query for each many-to-many relation, and one for each model that is referred to.
    """
    links = {
        (key, column): _linked_keys(column, group)
        for key, (group, columns) in rows.items() for column in columns if column.many_to_many
    }  # fmt: skip
    keys: dict[Any, set[int]] = {}
    for key, (group, columns) in rows.items():
        for column in columns:
            if column.many_to_many:
                keys.setdefault(column.related_model, set()).update(*links[key, column].values())
            elif column.many_to_one:
                wanted = {getattr(row, column.attname) for row in group} - {None}
                keys.setdefault(column.related_model, set()).update(wanted)
    records = {model: _visible(model, wanted, user) for model, wanted in keys.items() if wanted}

    def initial(key: object, row: Model, column: Field[Any, Any]) -> Any:
        visible = records.get(column.related_model, {}) if column.is_relation else {}
        if column.many_to_many:
            return [visible[pk] for pk in links[key, column].get(row.pk, ()) if pk in visible]
        return visible.get(getattr(row, column.attname)) if column.is_relation else column.value_from_object(row)

    return {
        key: [{column.name: initial(key, row, column) for column in columns} for row in group]
        for key, (group, columns) in rows.items()
    }


def _linked_keys(column: Any, rows: list[Any]) -> dict[int, list[int]]:
    """Primary key of a row -> those that its many-to-many relation links it to."""
    through, own, other = column.remote_field.through, column.m2m_column_name(), column.m2m_reverse_name()
    pairs = through._default_manager.filter(**{f"{own}__in": [row.pk for row in rows]}).order_by("pk")
    keys: dict[int, list[int]] = {}
    for pk, linked in pairs.values_list(own, other):
        keys.setdefault(pk, []).append(linked)
    return keys


def _visible(model: type[Record], keys: set[int], user: Viewer) -> dict[int, Any]:
    rows = model._default_manager.visible_to(user).select_related(*label_relations(model))
    return dict(rows.in_bulk(keys))
