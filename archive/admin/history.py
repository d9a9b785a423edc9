"""The history of a record: one line a save, with who, when, why, and what changed; each version, and the way back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from simple_history.admin import SimpleHistoryAdmin

from archive.admin.revisions import change_teller, part_revisions
from archive.choices import Status
from archive.models import Citation
from archive.permissions import CONTRIBUTOR_STATUSES, PUBLISH, may_write
from archive.revisions.plan import Plan
from archive.revisions.planning import plan
from archive.revisions.relations import content_fields, own_parts
from archive.revisions.restore import restore
from archive.revisions.state import Node
from archive.revisions.version import version_of
from archive.visibility import sees_drafts


class RestoreForm(forms.Form):
    """What is entered to bring a version back. ``read_version`` says what was stored when the page was opened."""

    restore_status = forms.BooleanField(required=False)
    change_reason = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text="Why, in a few words; kept in the record's history.",
    )
    read_version = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, found: Plan, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.token = found.token
        self.fields["read_version"].initial = self.token
        stored, then = found.version.stored, found.status_then
        allowed = then is not None and (user.has_perm(PUBLISH) or then in CONTRIBUTOR_STATUSES)
        if stored is None or not allowed or then == stored.status:
            del self.fields["restore_status"]
        else:
            field = self.fields["restore_status"]
            field.label = f"Set the status back to '{Status(str(then)).label}', too"
            field.help_text = f"Left empty: it stays '{Status(stored.status).label}'."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        read = cleaned.get("read_version")
        if read and read != self.token:
            self.data = self.data.copy()
            self.data["read_version"] = self.token
            raise ValidationError(
                "Nothing was changed: somebody saved or deleted this record or a part of it since you opened the page. "
                "The differences below are those from what is stored now. Look at them, and confirm again.",
                code="stale",
            )
        return cleaned


class HistoryAdmin(SimpleHistoryAdmin):
    """History pages that read well, and a way back by which the record, its links and its parts return together."""

    history_list_per_page = 25

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        key = _key(object_id)
        stored = self.model._base_manager.filter(pk=key).first()
        self._require_view(request, stored)
        parts = part_revisions([(one.model, one.fk_name) for one in self.inlines], self.model, key)
        context = {"parts": parts, "is_stored": stored is not None, "deleted_url": reverse("deleted_records")}
        return super().history_view(request, str(key), {**context, **(extra_context or {})})

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """A version with its links and parts, how it differs from what is stored, and the form that brings it back."""
        request.current_app = self.admin_site.name  # type: ignore[attr-defined]
        key, revision = _key(object_id), _key(version_id)
        with transaction.atomic():
            if request.method == "POST":
                self.model._base_manager.select_for_update().filter(pk=key).first()
            version = version_of(self.model, key, revision)
            if version is None:
                raise Http404(f"The {self.opts.verbose_name} {key} has no revision {revision}.")
            self._require_view(request, version.stored)
            found = plan(version)
            may_restore = self._may_restore(request, found)
            form = RestoreForm(request.POST if request.method == "POST" else None, found=found, user=request.user)
            if request.method == "POST":
                if not may_restore:
                    raise PermissionDenied
                if form.is_valid() and (record := self._restored(request, found, form)) is not None:
                    return HttpResponseRedirect(self._address(record.pk, "change"))
        return TemplateResponse(
            request,
            "simple_history/object_history_form.html",
            {**self._version_context(request, found, form, may_restore), **(extra_context or {})},
        )

    def _require_view(self, request: HttpRequest, stored: Any) -> None:
        """Who sees no drafts sees the published record's history, not a deleted one's."""
        visible = stored is not None and self.get_queryset(request).filter(pk=stored.pk).exists()
        if not self.has_view_or_change_permission(request, stored) or not (visible or sees_drafts(request.user)):
            raise PermissionDenied

    def _may_restore(self, request: HttpRequest, found: Plan) -> bool:
        """By the record as it is, not as it was: a published record was a draft once.

        A deleted record needs an editor; a part, who may write the record that it belongs to.
        """
        stored = found.version.stored
        if stored is not None:
            return bool(self.has_change_permission(request, stored))
        if request.user.has_perm(PUBLISH):
            return True
        if found.status_then is not None or not self.has_add_permission(request):
            return False
        try:
            return may_write(request.user, found.version.last.instance)
        except ObjectDoesNotExist:
            return False

    def _restored(self, request: HttpRequest, found: Plan, form: RestoreForm) -> Any:
        """The record after it was brought back; None where that was refused, and the form says why."""
        number, is_recovery = found.version.number, found.is_recovery
        done = "Brought back" if is_recovery else f"Back to version {number}"
        reason = form.cleaned_data["change_reason"] or done
        try:
            record = restore(found, request.user, reason, form.cleaned_data.get("restore_status", False))
        except ValidationError as error:
            form.add_error(None, ["Nothing was changed.", *error.messages])
            return None
        except IntegrityError:
            form.add_error(
                None, "Nothing was changed: the version contradicts what is stored now. Somebody may have entered such "
                "a record or part a moment ago: look for it, and delete or change it first.",
            )  # fmt: skip
            return None
        if is_recovery:
            self.log_addition(request, record, done)
            status = f" as a {Status(record.status).label}" if hasattr(record, "status") else ""
            messages.success(request, f"“{record}” is back{status}.")
        else:
            self.log_change(request, record, done)
            messages.success(request, f"“{record}” is as it was in version {number}, now version {record.version}.")
        for loss in found.losses:
            messages.warning(request, f"Not brought back: {loss}")
        return record

    def _version_context(
        self, request: HttpRequest, found: Plan, form: RestoreForm, may_restore: bool
    ) -> dict[str, Any]:
        version = found.version
        [root, *parts] = found.target.values()
        name = found.names.of_node(root)
        sections = helpers.AdminForm(form, [(None, {"fields": list(form.fields)})], {}, model_admin=self)
        return {
            **self.admin_site.each_context(request),
            "title": f"Version {version.number} of {name}",
            "name": name,
            "opts": self.opts,
            "version": version,
            "revision": version.last,
            "why": next((row for row in (version.last, version.first) if row.history_change_reason), version.last),
            "plan": found,
            "fields": _shown(found, root),
            "parts": _nested(found, root),
            "others": [
                *(found.part_name(node) for node in parts if not _is_own(node)),
                *(
                    f"{one.row._meta.verbose_name} {found.names.text(one.row)}, {one.field.verbose_name}"
                    for one in found.relinks
                ),
            ],
            "changes": found.changes() if version.stored is not None else [],
            "adminform": sections,
            "media": self.media + form.media,
            "may_restore": may_restore and not found.refusals and not version.is_current,
            "change_url": self._address(version.pk, "change") if version.stored is not None else "",
            "history_url": self._address(version.pk, "history"),
            "changelist_url": self._address(None, "changelist"),
            "deleted_url": reverse("deleted_records"),
        }

    def _address(self, key: int | None, page: str) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[key] if key is not None else [])

    def _get_obj_does_not_exist_redirect(self, request: HttpRequest, opts: Any, object_id: str) -> HttpResponse:
        """The address of a deleted record leads to its history, from which it can be brought back."""
        if object_id.isascii() and object_id.isdecimal() and len(object_id) < 19 and sees_drafts(request.user):
            last = self.model.history.filter(id=object_id).order_by("-history_id").first()
            if last is not None and last.history_type == "-":
                who, when = last.history_user or "the archive", last.history_date
                messages.warning(
                    request, f"{opts.verbose_name} with ID “{object_id}” doesn’t exist any more: deleted by {who} on "
                    f"{when:%Y-%m-%d at %H:%M} (UTC).",
                )  # fmt: skip
                return HttpResponseRedirect(self._address(int(object_id), "history"))
        return super()._get_obj_does_not_exist_redirect(request, opts, object_id)  # type: ignore[misc,no-any-return]

    def get_history_queryset(self, request: HttpRequest, history_manager: Any, pk_name: str, object_id: Any) -> Any:
        """The last revision of each version: links to other records are stored as revisions of their own."""
        # Not joined with what they refer to: the rows whose other end is gone would be left out.
        revisions = history_manager.filter(**{pk_name: object_id}).select_related("history_user")
        saved = revisions.exclude(history_type="-").order_by().values("version")
        last = saved.annotate(last=Max("history_id")).values("last")
        return revisions.filter(Q(history_id__in=last) | Q(history_type="-"))

    def set_history_delta_changes(
        self, request: HttpRequest, historical_records: Any, foreign_keys_are_objs: bool = True
    ) -> None:
        """Each is compared with the one before, the oldest of a page with the first of the next; deletions with none.

        The revision of a deletion has no links: they are gone when it is written.
        """
        end = historical_records.end_index()
        following = historical_records.paginator.object_list[end : end + 2]
        saved = [row for row in [*historical_records, *following] if row.history_type != "-"]
        super().set_history_delta_changes(request, saved, foreign_keys_are_objs)

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> Any:
        return change_teller(self.model, historical_record)


def _shown(found: Plan, node: Node) -> list[tuple[str, str]]:
    """The labels and values of a row's columns and links that hold something."""
    names = [field.attname for field in content_fields(node.model) if field is not node.via]
    shown = [(found.label(node, name), found.shown(node, name)) for name in [*names, *node.links]]
    return [(name, value) for name, value in shown if value]


def _nested(found: Plan, above: Node) -> list[dict[str, Any]]:
    """The parts of a row as pages list them, each with its own parts; citations last."""
    below = [node for node in found.target.values() if node.parent == above.key and _is_own(node)]
    return [
        {"name": found.part_name(node), "values": _shown(found, node), "parts": _nested(found, node)}
        for node in sorted(below, key=lambda node: node.model is Citation)
    ]


def _is_own(node: Node) -> bool:
    return node.via in own_parts(node.via.related_model)


def _key(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404(f"There is no record with the number '{text[:64]}'.")
    return int(text)
