"""Findings of the checks in the admin: warnings beside a form's fields, and the report of all of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import AdminForm
from django.contrib.admin.utils import flatten
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from archive.admin.mixins import AdminMixin
from archive.admin.record_lookup import row_with_key
from archive.labels import record_label
from archive.models import StoredFinding
from archive.moments import start_of
from archive.permissions import may_publish
from archive.terms import record_type
from archive.text import whole_number
from archive.visibility import sees_drafts
from archive.workflow import findings
from archive.workflow.finding_names import finding_names
from archive.workflow.finding_texts import RULE_TEXTS, expected_text, got_text, record_text
from archive.workflow.records import load_records, reviewed_models
from archive.workflow.steps import MAX_TEXT

_PAGE_SIZE = 50
_STATES = {"open": _("open"), "accepted": _("accepted"), "all": _("all")}
#: The parameters of the report's filters.
_FILTERS = ("rule", "kind", "user", "since", "state")


class FindingsMixin(AdminMixin):
    """For admins of records and parts: checks what is saved, and warns beside the fields of the record's form."""

    def check_saved(self, request: HttpRequest, record: Model) -> None:
        """Check a record that was saved, or the record of a part, and report its contradictions."""
        check_saved(request, [record])

    def findings_of_form(self, request: HttpRequest, record: Model) -> list[StoredFinding]:
        """The stored findings that the record's form shows."""
        if record is None or not self.has_status or not sees_drafts(request.user):
            return []
        return findings.findings_of(record)


def check_saved(request: HttpRequest, records: Iterable[Model]) -> None:
    """Check saved records, or the records of parts, and report their contradictions in one message.

    The message names no contradictions if the record's form follows, which lists them.
    """
    stored = {row.pk: row for record in records for row in findings.store(record, request.user)}
    open_findings = [row for row in stored.values() if row.accepted_at is None]
    if open_findings:
        count = len(open_findings)
        text = ngettext("Saved, with {count} contradiction", "Saved, with {count} contradictions", count)
        link = format_html('<a href="{}">{}</a>', _place(open_findings), text.format(count=count))
        messages.warning(
            request, link if "_continue" in request.POST else format_html("{}{}", link, _list(open_findings))
        )


def _list(rows: list[StoredFinding]) -> SafeString:
    """The first findings as a list."""
    listed = rows[:5]
    texts = format_html_join("", "<li>{}</li>", ((sentence(row),) for row in listed))
    left_out = len(rows) - len(listed)
    more = format_html("<li>{}</li>", gettext("and {n} more").format(n=left_out)) if left_out else ""
    return format_html("<ul>{}{}</ul>", texts, more)


def _place(rows: list[StoredFinding]) -> str:
    """The address of the box above the form of the record that the findings are about; of several, the report."""
    (kind, pk), *others = {(row.kind, row.record_id) for row in rows}
    if others or pk is None or kind not in reviewed_models():
        return reverse("contradictions")
    return reverse(f"admin:archive_{kind}_change", args=[pk]) + "#findings-title"


def sentence(finding: StoredFinding) -> str:
    """The text of a finding, without its rule's name."""
    return gettext("{kind} {record}: got {got}, expected {expected}.").format(
        kind=record_type(finding.subject), record=record_text(finding), got=got_text(finding),
        expected=expected_text(finding),
    )  # fmt: skip


def _warning(finding: StoredFinding) -> str:
    text = gettext("Contradiction: got {got}, expected {expected}.")
    return text.format(got=got_text(finding), expected=expected_text(finding))


def warn_beside_fields(admin_form: AdminForm, stored: list[StoredFinding]) -> None:
    """Put the findings that are not accepted into the help texts of their fields, which screen readers read too.

    A fieldset with such a field is not collapsed.
    """
    form = admin_form.form
    by_field: dict[str, list[StoredFinding]] = {}
    for finding in stored:
        if finding.accepted_at is None:
            by_field.setdefault(findings.FIELDS.get(finding.rule, ""), []).append(finding)
    for name, rows in by_field.items():
        if name in form.fields:
            warnings = format_html_join(
                "", '<span class="finding" data-rule="{}">{}</span>',
                (
                    (row.rule, _warning(row))
                    for row in rows
                ),
            )  # fmt: skip
            form.fields[name].help_text = format_html("{}{}", form.fields[name].help_text, warnings)
    admin_form.fieldsets = [(name, _opened(options, by_field.keys())) for name, options in admin_form.fieldsets]


def _opened(options: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """A fieldset's options, without the class that collapses it if it has one of the fields."""
    if not set(flatten(options["fields"])) & set(names):
        return options
    return {**options, "classes": tuple(name for name in options.get("classes", ()) if name != "collapse")}


class _DecisionForm(forms.Form):
    reason = forms.CharField(max_length=MAX_TEXT, required=False)


def report(request: HttpRequest) -> HttpResponse:
    """The page of all findings with filters; a POST accepts one, or takes the acceptance back."""
    if not sees_drafts(request.user):
        raise PermissionDenied
    if request.method == "POST" and _decide(request):
        query = {name: request.GET[name] for name in (*_FILTERS, PAGE_VAR) if name in request.GET}
        return HttpResponseRedirect(f"{request.path}?{urlencode(query)}" if query else request.path)
    params = {name: request.GET.get(name, "").replace("\x00", "")[:100] for name in _FILTERS}
    rows = _filtered(params)
    paginator = Paginator(rows, _PAGE_SIZE)
    page = paginator.get_page(request.GET.get(PAGE_VAR))
    records = load_records((row.kind, row.record_id) for row in page.object_list if row.record_id is not None)
    people = StoredFinding.objects.exclude(user=None).order_by().values_list("user", flat=True).distinct()[:200]
    context = {
        **admin.site.each_context(request),
        "title": gettext("Contradictions"),
        "rows": [_row(row, records) for row in page.object_list],
        # What was typed for a decision that was refused.
        "names": finding_names(page.object_list),
        "refused_key": request.POST.get("finding", ""),
        "reason": request.POST.get("reason", ""),
        "page_obj": page,
        "query": urlencode({name: value for name, value in params.items() if value}),
        "params": params,
        "rules": RULE_TEXTS.items(),
        "kinds": [(name, model._meta.verbose_name) for name, model in reviewed_models().items()],
        "people": get_user_model()._default_manager.filter(pk__in=list(people)).order_by("username"),
        "states": _STATES,
        "may_accept": may_publish(request.user),
    }
    return TemplateResponse(request, "admin/archive/findings.html", context)


def _filtered(params: dict[str, str]) -> Any:
    """The findings that the filters leave; an invalid value of a filter leaves all."""
    rows = StoredFinding.objects.select_related("user", "accepted_by")
    state = params["state"] if params["state"] in _STATES else "open"
    params["state"] = state
    if state != "all":
        rows = rows.filter(accepted_at__isnull=state == "open")
    if params["rule"]:
        rows = rows.filter(rule=params["rule"])
    if params["kind"]:
        rows = rows.filter(kind=params["kind"])
    if (user := whole_number(params["user"], 0, 2**63 - 1)) is not None:
        rows = rows.filter(user=user)
    try:
        since = date.fromisoformat(params["since"])
    except ValueError:
        params["since"] = ""
    else:
        rows = rows.filter(found_at__gte=start_of(since))
    return rows


def _row(finding: StoredFinding, records: dict[Any, Any]) -> dict[str, Any]:
    record = records.get((finding.kind, finding.record_id))
    url = reverse(f"admin:archive_{finding.kind}_change", args=[record.pk]) if record is not None else ""
    label = record_label(record) if record is not None else record_text(finding)
    return {"finding": finding, "url": url, "label": label}


def _decide(request: HttpRequest) -> bool:
    """Accept a finding or take that back, as the button says; a message says what was done.

    False if what was typed was refused and should be shown again.
    """
    finding = row_with_key(StoredFinding.objects.all(), request.POST.get("finding", ""))
    if finding is None:
        messages.error(request, gettext("It is no contradiction any more: somebody corrected it meanwhile."))
        return True
    form = _DecisionForm(request.POST)
    try:
        if not form.is_valid():
            raise ValidationError([text for texts in form.errors.values() for text in texts])
        if "reopen" in request.POST:
            findings.reopen(finding, request.user)
            messages.success(request, gettext("Open again."))
        else:
            findings.accept(finding, request.user, form.cleaned_data["reason"])
            messages.success(request, gettext("Accepted as a fact."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return False
    return True
