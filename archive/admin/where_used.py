"""The page that lists what links to a record: each kind of link with its number and its newest rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Field, IntegerField, Model, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext

from archive.admin.mixins import AdminMixin
from archive.admin.record_lookup import record_or_404
from archive.labels import label_relations, record_label
from archive.permissions import PARENT_PATHS, owner_of
from archive.revisions.state import keys_to, links_to, own_parts
from archive.terms import field_label, record_type, term
from archive.visibility import PermissionHolder, related_model

#: Rows listed of each kind of link.
MAX_ROWS = 20
_MAX_DETAIL_CHARS = 120


@dataclass(frozen=True, slots=True)
class Link:
    """A foreign key or many-to-many field by which rows of ``model`` link to a record, or to a part of it."""

    model: Any
    #: The lookup from a row of the model to the record.
    lookup: str
    name: str


@dataclass(frozen=True, slots=True)
class Usage:
    """The rows of one kind of link: their number, and the newest of them with the record that each belongs to."""

    name: str
    count: int
    rows: list[dict[str, str]]
    #: The list of all rows; empty if the admin has none.
    list_url: str

    @property
    def more(self) -> int:
        """The number of rows that are not listed."""
        return self.count - len(self.rows)


def links_of(model: type[Model]) -> Iterator[Link]:
    """All links to records of a model and to their parts, except those of the parts themselves."""
    for field in (*keys_to(model), *links_to(model)):
        if field not in own_parts(model):
            yield Link(field.model, field.name, _name(field))
    for key in own_parts(model):
        for field in (*keys_to(key.model), *links_to(key.model)):
            if field not in own_parts(key.model):
                name = gettext("{place} (to a {kind} of it)").format(
                    place=_name(field), kind=record_type(key.model._meta.verbose_name)
                )
                yield Link(field.model, f"{field.name}__{key.name}", name)


def usages(record: Model, user: PermissionHolder) -> list[Usage]:
    """The links to a record that the user sees: one query for all counts, and one for each kind of link."""
    links = list(links_of(type(record)))
    counts = _counts(record, links, user)
    return [_usage(record, link, count, user) for link, count in zip(links, counts, strict=True) if count]


def _counts(record: Model, links: list[Link], user: PermissionHolder) -> list[int]:
    if not links:
        return []
    columns = {}
    for number, link in enumerate(links):
        rows = link.model._default_manager.visible_to(user).filter(**{link.lookup: OuterRef("pk")}).order_by()
        total = rows.annotate(group=Value(1)).values("group").annotate(total=Count("pk", distinct=True)).values("total")
        columns[f"count_{number}"] = Coalesce(Subquery(total, output_field=IntegerField()), 0)
    return list(type(record)._base_manager.filter(pk=record.pk).values_list(*columns.values()).get())


def _usage(record: Model, link: Link, count: int, user: PermissionHolder) -> Usage:
    rows = link.model._default_manager.visible_to(user).filter(**{link.lookup: record.pk}).order_by("-pk")
    paths = PARENT_PATHS.get(link.model, ())
    related = [*label_relations(link.model), *paths]
    for path_ in paths:
        related += [f"{path_}__{name}" for name in label_relations(related_model(link.model, path_))]
    rows = rows.select_related(*related) if related else rows
    listed = [link_row(row) for row in rows.distinct()[:MAX_ROWS]]
    return Usage(link.name, count, listed, _list_url(record, link) if count > MAX_ROWS else "")


def link_row(row: Model) -> dict[str, str]:
    """The record that a row is, or that it belongs to; then with its kind, and what tells the row from others of it."""
    owner = owner_of(row)
    opts = owner._meta
    return {
        "url": reverse(f"admin:{opts.app_label}_{opts.model_name}_change", args=[owner.pk]),
        "kind": capfirst(record_type(opts.verbose_name)) if owner is not row else "",
        "label": record_label(owner),
        "detail": _detail(row) if owner is not row else "",
    }


def _detail(part: Model) -> str:
    names = ("role", "kind", "phase", "stance", "locator", "text", "note")
    columns = {field.name: field for field in part._meta.concrete_fields}
    texts = []
    for name in (name for name in names if name in columns):
        value = getattr(part, name)
        label = dict(columns[name].flatchoices).get(value)
        texts.append(term(str(label)) if label else str(value))
    return ": ".join(text for text in texts if text)[:_MAX_DETAIL_CHARS]


def _name(field: Field[Any, Any]) -> str:
    return f"{capfirst(record_type(field.model._meta.verbose_name_plural))}: {field_label(field.verbose_name)}"


def _list_url(record: Model, link: Link) -> str:
    if "__" in link.lookup or not hasattr(link.model, "status"):
        return ""
    url = reverse(f"admin:archive_{link.model._meta.model_name}_changelist")
    return f"{url}?{link.lookup}__id__exact={record.pk}"


class WhereUsedMixin(AdminMixin):
    """For admins of records and parts: a page that lists what links to one."""

    def where_used_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.where_used_view)
        return [path("<path:object_id>/where-used/", view, name=f"archive_{self.opts.model_name}_where_used")]

    def where_used_url(self, record: Model) -> str:
        return reverse(f"admin:archive_{self.opts.model_name}_where_used", args=[record.pk]) if record else ""

    def where_used_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        record = record_or_404(self, request, object_id)
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        listed = usages(record, request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Where used: {record}").format(record=record),
            "opts": self.opts,
            "original": record,
            "usages": listed,
            "total": sum(usage.count for usage in listed),
            "max_rows": MAX_ROWS,
            "change_url": self._address(record.pk, "change"),
            "changelist_url": self._address(None, "changelist"),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/archive/where_used.html", context)
