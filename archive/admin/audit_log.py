"""The page of the audit log, read-only, for administrators."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from archive.accounts.two_factor import is_administrator
from archive.models import AuditAction, AuditEntry
from archive.moments import start_of

_PAGE_SIZE = 100
_FILTERS = ("who", "what", "since", "until", "record", "address")


def audit_log(request: HttpRequest) -> HttpResponse:
    """The entries that the filters leave, the newest first. Raises PermissionDenied for all but administrators."""
    if not is_administrator(request.user):
        raise PermissionDenied
    params = {name: request.GET.get(name, "").replace("\x00", "").strip()[:255] for name in _FILTERS}
    rows = _filtered(request, params)
    page = Paginator(rows, _PAGE_SIZE).get_page(request.GET.get(PAGE_VAR))
    context = {
        **admin.site.each_context(request),
        "title": gettext("Audit log"),
        "rows": [(entry, _url(entry)) for entry in page.object_list],
        "page_obj": page,
        "query": urlencode({name: value for name, value in params.items() if value}),
        "params": params,
        "actions": AuditAction.choices,
        "days": settings.AUDIT_DAYS,
    }
    return TemplateResponse(request, "admin/archive/audit_log.html", context)


def _filtered(request: HttpRequest, params: dict[str, str]) -> Any:
    """The entries that the filters leave; an invalid value of a filter leaves all, and a message says so."""
    rows = AuditEntry.objects.select_related("user")
    if params["who"]:
        rows = rows.filter(account=params["who"])
    if params["what"] in AuditAction.values:
        rows = rows.filter(action=params["what"])
    if params["record"]:
        rows = rows.filter(record__icontains=params["record"])
    if params["address"]:
        rows = rows.filter(address__startswith=params["address"])
    for name, lookup, days in (("since", "created_at__gte", 0), ("until", "created_at__lt", 1)):
        if not params[name]:
            continue
        try:
            day = start_of(date.fromisoformat(params[name]) + timedelta(days=days))
        except (ValueError, OverflowError):
            messages.error(
                request,
                gettext("{name}: got '{value}', expected a day such as 2026-11-28.").format(
                    name=name, value=params[name][:40]
                ),
            )
            params[name] = ""
        else:
            rows = rows.filter(**{lookup: day})
    return rows


def _url(entry: AuditEntry) -> str:
    """The address of the form of what the entry is about; empty if there is none."""
    if not entry.kind or entry.record_id is None:
        return ""
    label = "auth" if entry.kind in ("user", "group") else "archive"
    try:
        return reverse(f"admin:{label}_{entry.kind}_change", args=[entry.record_id])
    except NoReverseMatch:
        return ""
