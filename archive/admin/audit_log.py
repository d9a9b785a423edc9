"""The page of the audit log, read-only, for administrators."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.accounts.audit import AuditDetail, Right
from archive.accounts.browsers import BROWSER_NAMES, BROWSER_PARTS
from archive.accounts.two_factor import is_administrator
from archive.models import AuditAction, AuditEntry
from archive.moments import start_of
from archive.stored_texts import Placeholder, StoredTexts
from archive.terms import record_type, term

_PAGE_SIZE = 100
#: Actions whose entries have several details -> what stands between them.
_SEPARATORS: dict[str, str] = {AuditAction.SIGN_IN_FAILED: "; ", AuditAction.RIGHTS: ", ", AuditAction.ACCOUNT: ", "}
_TEXT = Placeholder(r".*")
_RIGHTS = StoredTexts(Right, {"group": _TEXT})
DETAILS = StoredTexts(
    [*AuditDetail, *Right, *BROWSER_NAMES],
    {
        **dict.fromkeys(("person", "title", "name", "group", "time"), _TEXT),
        "status": Placeholder(r".+", term),
        "right": Placeholder(r".+", _RIGHTS.translate),
        **dict.fromkeys(("program", "system"), Placeholder(r".+", BROWSER_PARTS.translate)),
    },
)
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
        "rows": [(entry, _url(entry), _kind(entry), detail_text(entry)) for entry in page.object_list],
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
    limits = (("since", _("Since"), "created_at__gte", 0), ("until", _("Until"), "created_at__lt", 1))
    for name, label, lookup, days in limits:
        if not params[name]:
            continue
        try:
            day = start_of(date.fromisoformat(params[name]) + timedelta(days=days))
        except (ValueError, OverflowError):
            messages.error(
                request,
                gettext("{name}: got '{value}', expected a day such as 2026-11-28.").format(
                    name=label, value=params[name][:40]
                ),
            )
            params[name] = ""
        else:
            rows = rows.filter(**{lookup: day})
    return rows


def detail_text(entry: AuditEntry) -> str:
    """The details of an entry in the language of the page."""
    separator = _SEPARATORS.get(entry.action)
    details = entry.detail.split(separator) if separator else [entry.detail]
    return (separator or "").join(map(DETAILS.translate, details))


def _kind(entry: AuditEntry) -> str:
    """The name of the kind of what the entry is about."""
    try:
        model = apps.get_model(_app_label(entry), entry.kind)
    except LookupError:
        return entry.kind
    return record_type(model._meta.verbose_name)


def _app_label(entry: AuditEntry) -> str:
    return "auth" if entry.kind in ("user", "group") else "archive"


def _url(entry: AuditEntry) -> str:
    """The address of the form of what the entry is about; empty if there is none."""
    if not entry.kind or entry.record_id is None:
        return ""
    try:
        return reverse(f"admin:{_app_label(entry)}_{entry.kind}_change", args=[entry.record_id])
    except NoReverseMatch:
        return ""
