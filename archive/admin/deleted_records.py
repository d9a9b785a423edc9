"""The page that lists deleted records, with links to restore them."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from archive.admin.merged_records import merges_of_records
from archive.choices import Status
from archive.models import ProposedChange
from archive.permissions import may_publish
from archive.revisions.deleted import Deletions
from archive.revisions.names import Names
from archive.revisions.state import record_models
from archive.visibility import sees_drafts
from archive.workflow.proposals import open_proposals_of
from archive.workflow.records import kind_of

_PAGE_SIZE = 50


def deleted_records(request: HttpRequest) -> HttpResponse:
    """Deleted records of the models that the user may view. Raises PermissionDenied for users who see no drafts."""
    if not sees_drafts(request.user):
        raise PermissionDenied
    viewable = {
        str(model._meta.model_name): model
        for model in record_models()
        if request.user.has_perm(f"archive.view_{model._meta.model_name}")
    }
    kind = request.GET.get("kind", "")
    words = request.GET.get("q", "").replace("\x00", "")[:200]
    models = [viewable[kind]] if kind in viewable else list(viewable.values())
    rows: Any = Deletions(models, words)
    paginator = Paginator(rows, _PAGE_SIZE)
    page = paginator.get_page(request.GET.get(PAGE_VAR))
    records = [revision.instance for revision in page.object_list]
    names = Names()
    names.fetch_related(records)
    merged = merges_of_records(records, request.user)
    proposed = open_proposals_of((kind_of(record), record.pk) for record in records)
    context = {
        **admin.site.each_context(request),
        "title": gettext("Deleted records"),
        "rows": [
            {
                **_row(revision, names.text(record), proposed.get((kind_of(record), record.pk), [])),
                "merge": merged.get((kind_of(record), record.pk)),
            }
            for revision, record in zip(page.object_list, records, strict=True)
        ],
        "page_obj": page,
        "kinds": [(name, model._meta.verbose_name_plural) for name, model in viewable.items()],
        "kind": kind if kind in viewable else "",
        "words": words,
        "may_restore": may_publish(request.user),
    }
    return TemplateResponse(request, "admin/archive/deleted_records.html", context)


def _row(revision: Any, name: str, proposed: list[ProposedChange]) -> dict[str, Any]:
    model, key = revision.instance_type, revision.id
    view = f"admin:archive_{model._meta.model_name}"
    return {
        "kind": model._meta.verbose_name,
        "name": name,
        "slug": revision.slug,
        "status": Status(revision.status).label,
        "revision": revision,
        "restore_url": reverse(f"{view}_simple_history", args=[key, revision.history_id]),
        "history_url": reverse(f"{view}_history", args=[key]),
        "proposals": [(change, reverse(f"{view}_proposal", args=[key, change.pk])) for change in proposed],
    }
