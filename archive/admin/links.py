"""Many-to-many links of the records on a form: their keys when it is read or saved, their labels when it is shown.

A form that is saved compares keys. They are read with the record, by subqueries; a query for the linked records of each
relation runs only before a form is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import JSONArray
from django.http import HttpRequest, HttpResponse

from archive.admin.autocompletes import RecordChoiceField, RecordMultipleChoiceField, set_linked_records
from archive.admin.mixins import AdminMixin, save_state
from archive.admin.record_lookup import is_primary_key, row_with_key
from archive.labels import label_relations
from archive.models.aggregates import JsonList
from archive.models.base import Record, slug_rows
from archive.models.history import with_has_revisions

_PREFIX = "keys_of_"
_SLUG = re.compile(r"[-\w]+", re.ASCII)
#: The columns, with the keys, that messages and the rules of referring records need.
_NAMES = ("slug", "status", "name", "title", "kind", "text")
#: The kind of the rows that are slugs in use.
_SLUGS = "slugs"


class LinksMixin(AdminMixin):
    """For admins of records: reads the record of a form, and loads the labels of links before the form is shown."""

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record, its row locked for a POST: the second of two concurrent saves is merged with the first."""
        rows, stored = with_relations(self.get_queryset(request), [row.name for row in self.opts.many_to_many]), None
        if request.method == "POST":
            # By itself: PostgreSQL joins a row that it has waited for with what was related to it before.
            stored = row_with_key(self.model._default_manager.select_for_update(), object_id)
            rows = with_has_revisions(rows)
        record = row_with_key(rows, object_id)
        if record is not None:
            set_links(record)
            record.stored_row = stored
        return record

    def _create_formsets(self, request: HttpRequest, obj: models.Model, change: bool) -> Any:
        """The formsets, before the record's form is validated: it loads what their forms choose too."""
        formsets, inlines = super()._create_formsets(request, obj, change)  # type: ignore[misc]
        save_state(request).part_forms[:] = [form for formset in formsets for form in formset.forms]
        return formsets, inlines

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, change: bool = False,
        form_url: str = "", obj: models.Model | None = None,
    ) -> HttpResponse:  # fmt: skip
        load_labels([context["adminform"].form])
        for inline in context["inline_admin_formsets"]:
            expanded = [form for form in inline.formset.forms if not form.is_collapsed]
            inline.opts.load_shown(request, expanded)
        return super().render_change_form(request, context, add, change, form_url, obj)


def with_relations(rows: QuerySet[Any], names: Iterable[str]) -> Any:
    """The rows with what forms need of the relations of those names: foreign keys and their labels, keys of links.

    ``set_links`` makes records of the keys.
    """
    for name in names:
        column: Any = rows.model._meta.get_field(name)
        if column.many_to_one:
            rows = rows.select_related(name, *(f"{name}__{path}" for path in label_relations(column.related_model)))
        elif column.many_to_many:
            rows = rows.annotate(**{f"{_PREFIX}{name}": _keys(column)})
    return rows


def _keys(column: models.ManyToManyField[Any, Any]) -> Subquery:
    """A list of the linked records, each as the list of its own key and its foreign keys."""
    through: Any = column.remote_field.through
    source, target = column.m2m_field_name(), column.m2m_reverse_field_name()
    keys = JSONArray(*(f"{target}__{name}" for name in _key_columns(column.related_model)))
    rows = through._base_manager.filter(**{source: OuterRef("pk")}).order_by().values(source)
    return Subquery(rows.annotate(keys=JsonList(keys)).values("keys"))


def _key_columns(model: type[models.Model]) -> list[str]:
    return [column.attname for column in model._meta.concrete_fields if column.primary_key or column.is_relation]


def set_links(record: models.Model) -> None:
    """Link the record to the records of the keys that were read with it; their other columns are deferred."""
    for column in record._meta.many_to_many:
        if f"{_PREFIX}{column.name}" in record.__dict__:
            keys = record.__dict__.pop(f"{_PREFIX}{column.name}") or ()
            model, names = column.related_model, _key_columns(column.related_model)
            linked = getattr(record, column.name).get_queryset()
            linked._result_cache = [model.from_db(linked.db, names, values) for values in keys]
            linked._prefetch_done = True
            record.__dict__.setdefault("_prefetched_objects_cache", {})[column.name] = linked


def load_chosen(forms: Iterable[Any]) -> None:
    """Load the records that the bound forms of a page choose and do not have, one query for those of all kinds.

    They have their names and foreign keys; other columns are deferred. The same query finds out which slugs of new
    records are in use, so that their validation need not.
    """
    choosing: dict[type[models.Model], list[tuple[Any, set[str]]]] = {}
    named: list[tuple[Record, str]] = []
    for form in forms:
        slug = form.data.get(form.add_prefix("slug"), "").strip()
        if form.instance.pk is None and isinstance(form.instance, Record) and _SLUG.fullmatch(slug):
            named.append((form.instance, slug))
        for name, field in form.fields.items():
            if isinstance(field, RecordChoiceField | RecordMultipleChoiceField) and name != "id":
                value = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
                keys = {str(key) for key in (value if isinstance(value, list | tuple) else [value])}
                if keys := {key for key in keys if is_primary_key(key)} - field.linked.keys():
                    rows: Any = field.queryset
                    choosing.setdefault(rows.model, []).append((field, keys))
    queries = [_named_rows(fields) for fields in choosing.values()]
    queries += [_as_lists(rows, _SLUGS, ["slug"]) for record, slug in named for rows in slug_rows(type(record), [slug])]
    by_kind = _rows_by_kind(queries)
    for model, fields in choosing.items():
        columns, values = _named_columns(model), by_kind.get(str(model._meta.model_name), ())
        records = {str(record.pk): record for record in (model.from_db(queries[0].db, columns, row) for row in values)}
        for field, keys in fields:
            field.linked = {**field.linked, **{key: records[key] for key in keys if key in records}}
    for record, slug in named:
        if [slug] not in by_kind.get(_SLUGS, ()):
            record.free_slug = slug


def _named_rows(fields: list[tuple[Any, set[str]]]) -> QuerySet[Any, Any]:
    """Rows of the records that fields of one model choose."""
    rows = fields[0][0].queryset.filter(pk__in=set().union(*(keys for _, keys in fields)))
    return _as_lists(rows, str(rows.model._meta.model_name), _named_columns(rows.model))


def _named_columns(model: type[models.Model]) -> list[str]:
    columns = model._meta.concrete_fields
    return [column.attname for column in columns if column.primary_key or column.is_relation or column.name in _NAMES]


def _as_lists(rows: QuerySet[Any], kind: str, columns: Iterable[str]) -> QuerySet[Any, Any]:
    """The rows as pairs of a kind and the list of these columns, which a union with others can have."""
    return rows.order_by().values_list(Value(kind, models.CharField()), JSONArray(*columns))


def _rows_by_kind(queries: list[QuerySet[Any, Any]]) -> dict[str, list[list[Any]]]:
    """Kind -> the lists of columns of the queries' rows, read by one statement."""
    rows: dict[str, list[list[Any]]] = {}
    if queries:
        for kind, columns in queries[0].union(*queries[1:], all=True):
            rows.setdefault(kind, []).append(columns)
    return rows


def load_labels(forms: Iterable[Any], *others: models.Prefetch[Any]) -> None:
    """Load the linked records of the forms of one model with what their labels read, one query for each relation.

    ``others`` are prefetches of what else is shown of the forms' records.
    """
    stored = [form for form in forms if form.instance.pk is not None]
    if not stored:
        return
    records = [form.instance for form in stored]
    columns = records[0]._meta.many_to_many
    for record in records:
        for column in columns:
            record.__dict__.get("_prefetched_objects_cache", {}).pop(column.name, None)
    models.prefetch_related_objects(records, *map(_with_labels, columns), *others)
    for form in stored:
        set_linked_records(form)


def _with_labels(column: models.ManyToManyField[Any, Any]) -> models.Prefetch[Any]:
    related = column.related_model._default_manager.select_related(*label_relations(column.related_model))
    return models.Prefetch(column.name, related)
