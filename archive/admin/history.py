"""History pages of the admin: the list of a record's versions and its parts' changes, and a page that restores one."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.paginator import Page
from django.db import IntegrityError, transaction
from django.db.models import Manager, Max, Model, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from archive.admin.comparison import ComparisonMixin
from archive.admin.merged_records import merge_of, merges_into
from archive.admin.mixins import save_state
from archive.admin.part_history import MAX_PART_REVISIONS, PartRevision, part_revisions, version_changes
from archive.admin.record_lookup import is_primary_key
from archive.choices import Status
from archive.models import Citation
from archive.moments import moment_text
from archive.permissions import CONTRIBUTOR_STATUSES, may_publish, may_write
from archive.revisions.comparison import compare, field_values
from archive.revisions.partial_restore import keep_only
from archive.revisions.plan import Plan
from archive.revisions.planning import make_plan
from archive.revisions.reason_texts import Reason
from archive.revisions.restore import relink_refusals, restore
from archive.revisions.state import Node, own_parts
from archive.revisions.version import Version, version_of
from archive.terms import field_label, record_type, term
from archive.visibility import PermissionHolder, sees_drafts
from archive.workflow.steps import after_saving


class RestoreForm(forms.Form):
    """The form that restores a version. ``read_version`` is the token of what was stored when the page was opened."""

    data: Any
    #: The keys of the differences that are ticked.
    chosen: list[str]
    restore_status = forms.BooleanField(required=False)
    change_reason = forms.CharField(
        required=False,
        label=_("Change reason"),
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Why, in a few words; it is stored in the record's history."),
    )
    read_version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, plan: Plan, user: PermissionHolder, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.token = plan.token
        self.fields["read_version"].initial = self.token
        stored, then = plan.version.stored, plan.status_then
        allowed = then is not None and (may_publish(user) or then in CONTRIBUTOR_STATUSES)
        if stored is None or not allowed or then == stored.status:
            del self.fields["restore_status"]
        else:
            field = self.fields["restore_status"]
            field.label = gettext("Set the status back to '{status}', too").format(status=term(Status(str(then)).label))
            field.help_text = gettext("Left empty: it stays '{status}'.").format(
                status=term(Status(stored.status).label)
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        read = cleaned.get("read_version")
        if read and read != self.token:
            self.data = self.data.copy()
            self.data["read_version"] = self.token
            raise ValidationError(
                gettext(
                    "Nothing was changed: somebody saved or deleted this "
                    "record or a part of it since you opened the page. "
                    "The differences below are those from what is stored now. Look at them, and confirm again."
                ),
                code="stale",
            )
        return cleaned


class HistoryAdmin(ComparisonMixin, SimpleHistoryAdmin):
    """Admin with history pages, from which a version of a record is restored with its links and parts."""

    history_list_per_page = 25

    def get_urls(self) -> Any:
        return [*self.comparison_urls(), *super().get_urls()]

    def history_view(self, request: HttpRequest, object_id: str, extra_context: dict[str, object] | None = None) -> Any:
        key = _parse_key(object_id)
        stored = self.model._base_manager.filter(pk=key).first()
        self.require_view(request, stored)
        parts = part_revisions([(inline.model, inline.fk_name) for inline in self.inlines], self.model, key)
        request.part_revisions = parts  # type: ignore[attr-defined]
        context = {
            "parts": parts,
            "is_stored": stored is not None,
            "merges": merges_into(stored, request.user) if stored is not None else [],
            "merged": merge_of(self.model, key, request.user) if stored is None and key is not None else None,
            "deleted_url": reverse("deleted_records"),
            "compare_url": self._address(key, "compare"),
            "module_name": capfirst(self.opts.verbose_name_plural),
        }
        return super().history_view(request, str(key), {**context, **(extra_context or {})})

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict[str, object] | None = None
    ) -> HttpResponse:
        """The page of a version: links and parts, differences from the stored record, and a form to restore it."""
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        key, revision = _parse_key(object_id), _parse_key(version_id)
        with transaction.atomic():
            if request.method == "POST":
                self.model._base_manager.select_for_update().filter(pk=key).first()
            version = version_of(self.model, key, revision)
            if version is None:
                raise Http404(
                    gettext("The {kind} {record} has no revision {number}.").format(
                        kind=self.opts.verbose_name, record=key, number=revision
                    )
                )
            self.require_view(request, version.stored)
            plan = make_plan(version)
            may_restore = self._may_restore(request, plan)
            form = RestoreForm(request.POST if request.method == "POST" else None, plan=plan, user=request.user)
            form.chosen = request.POST.getlist("changes")
            if request.method == "POST":
                if not may_restore:
                    raise PermissionDenied
                if form.is_valid() and (record := self._restore(request, plan, form)) is not None:
                    page = save_state(request).publication_page or self._address(record.pk, "change")
                    return HttpResponseRedirect(page)
            refusals = [*plan.refusals, *(relink_refusals(plan, request.user) if may_restore else ())]
        return TemplateResponse(
            request,
            "simple_history/object_history_form.html",
            {
                **self._version_context(request, plan, form, may_restore and not refusals),
                "refusals": refusals if not form.errors else [],
                "merged": merge_of(self.model, key, request.user) if version.stored is None and key else None,
                **(extra_context or {}),
            },
        )

    def require_view(self, request: HttpRequest, stored: Model | None) -> None:
        """Raises PermissionDenied, also for users who see no drafts.

        A published record was a draft once, and its versions name records that are drafts still. What of its history
        is public, REST has.
        """
        if not self.has_view_or_change_permission(request, stored) or not sees_drafts(request.user):
            raise PermissionDenied

    def _may_restore(self, request: HttpRequest, plan: Plan) -> bool:
        """Whether the user may restore the version.

        The stored record decides, not the version: a published record was a draft once. To restore a deleted record
        takes an editor; a deleted part, a user who may write its record.
        """
        stored = plan.version.stored
        if stored is not None:
            return bool(self.has_change_permission(request, stored))
        if may_publish(request.user):
            return True
        if plan.status_then is not None or not self.has_add_permission(request):
            return False
        try:
            return may_write(request.user, plan.version.last.instance)
        except ObjectDoesNotExist:
            return False

    def _restore(self, request: HttpRequest, plan: Plan, form: RestoreForm) -> Any:
        """Restore the version; returns the record, or None after adding to the form why it was refused."""
        number, is_recovery = plan.version.number, plan.is_recovery
        is_partial = "_chosen" in form.data and not is_recovery
        action = str(Reason.BROUGHT_BACK) if is_recovery else Reason.BACK_TO_VERSION.format(number=number)
        if is_partial:
            count = len(form.chosen)
            template = Reason.SEVERAL_RESTORED if count > 1 else Reason.ONE_RESTORED
            action = template.format(count=count, number=number)
        reason = form.cleaned_data["change_reason"] or action
        try:
            plan = keep_only(plan, form.chosen) if is_partial else plan
            record = self._store(request, plan, reason, form.cleaned_data.get("restore_status", False))
        except ValidationError as error:
            form.add_error(None, [gettext("Nothing was changed."), *error.messages])
            return None
        except IntegrityError:
            form.add_error(
                None,
                gettext(
                    "Nothing was changed: the version contradicts what is stored now. Somebody may have entered such "
                    "a record or part a moment ago: look for it, and delete or change it first."
                ),
            )
            return None
        if is_recovery:
            self.log_addition(request, record, action)
            text = (
                gettext("“{record}” is back as a {status}.")
                if hasattr(record, "status")
                else gettext("“{record}” is back.")
            )
            status = term(Status(record.status).label) if hasattr(record, "status") else ""
            messages.success(request, text.format(record=record, status=status))
        elif is_partial:
            self.log_change(request, record, action)
            messages.success(
                request,
                gettext("“{record}”: {action}, now version {version}. All else is as it was.").format(
                    record=record, action=action, version=record.version
                ),
            )
        else:
            self.log_change(request, record, action)
            messages.success(
                request,
                gettext("“{record}” is as it was in version {number}, now version {version}.").format(
                    record=record, number=number, version=record.version
                ),
            )
        self.check_saved(request, record)
        for loss in plan.losses:
            messages.warning(request, gettext("Not brought back: {loss}").format(loss=loss))
        return record

    def _store(self, request: HttpRequest, plan: Plan, reason: str, with_status: bool) -> Any:
        """Store the plan and return the record; its status changes as by a save of its form. Raises ValidationError."""
        stored, status = plan.version.stored, plan.status_then
        before = getattr(stored, "status", None)
        is_publication = with_status and status == Status.PUBLISHED
        record = restore(plan, request.user, reason, with_status and not is_publication)
        if is_publication:
            self.publish_without_questions(request, record, "", reason)
        elif with_status:
            after_saving(record, str(before), request.user)
        return record

    def _version_context(
        self, request: HttpRequest, plan: Plan, form: RestoreForm, may_restore: bool
    ) -> dict[str, Any]:
        version = plan.version
        [root, *parts] = plan.target.values()
        name = plan.names.of_node(root)
        sections = helpers.AdminForm(cast("Any", form), [(None, {"fields": list(form.fields)})], {}, model_admin=self)
        return {
            **self.admin_site.each_context(request),
            "title": gettext("Version {number} of {name}").format(number=version.number, name=name),
            "name": name,
            "opts": self.opts,
            "version": version,
            "revision": version.last,
            "why": next((row for row in (version.last, version.first) if row.history_change_reason), version.last),
            "plan": plan,
            "fields": field_values(root, plan.names),
            "parts": _part_tree(plan, root),
            "others": [
                *(plan.part_name(node) for node in parts if not _is_own(node)),
                *(
                    f"{record_type(str(relink.row._meta.verbose_name))} {plan.names.text(relink.row)}, "
                    f"{field_label(relink.field.verbose_name)}"
                    for relink in plan.relinks
                ),
            ],
            "differences": compare(plan.target, plan.stored, plan.names) if version.stored is not None else [],
            "chosen": form.chosen,
            "adminform": sections,
            "media": self.media + form.media,
            "may_restore": may_restore and not version.is_current,
            "change_url": self._address(version.pk, "change") if version.stored is not None else "",
            "compare_url": self._compare_url(version),
            "history_url": self._address(version.pk, "history"),
            "changelist_url": self._address(None, "changelist"),
            "deleted_url": reverse("deleted_records"),
        }

    def _compare_url(self, version: Version) -> str:
        """The page with what the version changed; empty for the first."""
        earlier = self.model.history.filter(id=version.pk, history_id__lt=version.first.history_id).exists()
        return f"{self._address(version.pk, 'compare')}?to={version.last.history_id}" if earlier else ""

    def _address(self, key: int | None, page: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[key] if key is not None else [])

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """Redirects from the change page of a deleted record to its history, from which it can be restored."""
        if is_primary_key(object_id) and sees_drafts(request.user):
            last = self.model.history.filter(id=object_id).order_by("-history_id").first()
            merged = merge_of(self.model, int(object_id))
            if merged is not None and merged["target_url"]:
                messages.info(
                    request,
                    gettext("“{name}” was merged into this record by {author} at {when}.").format(
                        name=merged["merged"].name,
                        author=merged["merged"].author,
                        when=moment_text(merged["merged"].created_at),
                    ),
                )
                return HttpResponseRedirect(merged["target_url"])
            if last is not None and last.history_type == "-":
                text = gettext("{kind} with ID “{object_id}” doesn’t exist any more: deleted by {who} at {when}.")
                who, when = last.history_user or gettext("the archive"), moment_text(last.history_date)
                messages.warning(request, text.format(kind=opts.verbose_name, object_id=object_id, who=who, when=when))
                return HttpResponseRedirect(self._address(int(object_id), "history"))
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc,no-any-return]

    def get_history_queryset(
        self, request: HttpRequest, history_manager: Manager[Any], pk_name: str, object_id: object
    ) -> Any:
        """The last revision of each version: simple_history stores changes of links as revisions of their own."""
        # Without select_related of foreign keys: it would drop revisions whose related record is deleted.
        revisions = history_manager.filter(**{pk_name: object_id}).select_related("history_user")
        saved = revisions.exclude(history_type="-").order_by().values("version")
        last = saved.annotate(last=Max("history_id")).values("last")
        return revisions.filter(Q(history_id__in=last) | Q(history_type="-"))

    def set_history_delta_changes(
        self, request: HttpRequest, historical_records: Page[Any], foreign_keys_are_objs: bool = True
    ) -> None:
        """Compare each revision with the one before, across pages, and mark those that changed nothing.

        simple_history's own comparison reads each kind of link of each revision by a statement of its own.
        Deletions are not compared: their revisions have no links, which are gone when they are written.
        """
        end = historical_records.end_index()
        following = historical_records.paginator.object_list[end : end + 2] if historical_records.has_next() else []
        saved = [row for row in [*historical_records, *following] if row.history_type != "-"]
        for row, changes in zip(saved, version_changes(saved), strict=False):
            row.history_delta_changes = changes
        parts = request.part_revisions  # type: ignore[attr-defined]
        end_of_first = None
        if historical_records.has_previous():
            end_of_first = historical_records.paginator.object_list[historical_records.start_index() - 2].history_date
        _mark_unchanged(list(historical_records), saved, parts, end_of_first)

    def render_history_view(
        self, request: HttpRequest, template: str, context: dict[str, Any], **kwargs: object
    ) -> Any:
        """Adds the versions that are chosen at first to be compared, and the number of those not listed."""
        rows = list(context["page_obj"])
        listed = [row for row in rows if not row.is_unchanged]
        context["unchanged"] = len(rows) - len(listed)
        context["compare_to"], context["compare_from"] = [*(row.pk for row in listed[:2]), None, None][:2]
        return super().render_history_view(request, template, context, **kwargs)


def _mark_unchanged(rows: list[Any], compared: list[Any], parts: list[PartRevision], end: datetime | None) -> None:
    """Set ``part_changes`` of each listed revision, and ``is_unchanged`` if neither the record nor a part changed.

    A part belongs to the last version that began before it was saved; ``end`` is when the version after the first row
    began. Parts older than those that were read count as changed.
    """
    is_complete = len(parts) < MAX_PART_REVISIONS
    for row in rows:
        begin = row.history_date
        row.part_changes = [part for part in parts if begin <= part.date and (end is None or part.date < end)]
        is_known = is_complete or parts[-1].date < begin
        has_delta = row.history_type != "~" or row is compared[-1] or bool(row.history_delta_changes)
        row.is_unchanged = is_known and not has_delta and not row.part_changes
        end = begin


def _part_tree(plan: Plan, parent: Node) -> list[dict[str, Any]]:
    """The parts of a row as nested dicts of name, values and parts; citations last."""
    nodes = [node for node in plan.target.values() if node.parent == parent.key and _is_own(node)]
    return [
        {"name": plan.part_name(node), "values": field_values(node, plan.names), "parts": _part_tree(plan, node)}
        for node in sorted(nodes, key=lambda node: node.model is Citation)
    ]


def _is_own(node: Node) -> bool:
    return node.via in own_parts(node.via.related_model)


def _parse_key(text: str) -> int:
    if not is_primary_key(text):
        raise Http404(gettext("There is no record with the number '{number}'.").format(number=text[:64]))
    return int(text)
