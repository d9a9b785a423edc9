"""The list of merges, and the page that undoes one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import IntegrityError, OperationalError
from django.db.models import F, Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from archive.admin.findings import check_saved
from archive.database import is_deadlock
from archive.labels import label_relations, record_label
from archive.merging.undo import UndoPlan, undo, undo_plan
from archive.models import MergedRecord
from archive.models.merged_record import merges_of
from archive.registry import COLLECTIONS
from archive.revisions.json_values import model_of
from archive.text import reject_invisible, strip_direction_marks
from archive.visibility import sees_drafts

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

_PAGE_SIZE = 50
MAX_REASON = 500


def reason_field(help_text: str | _StrPromise) -> forms.CharField:
    """The optional reason for a merge or its undoing, for the history of both records."""
    widget = forms.TextInput(attrs={"class": "vTextField"})
    return forms.CharField(
        required=False, label=_("Reason"), max_length=MAX_REASON, validators=[reject_invisible],
        widget=widget, help_text=help_text,
    )  # fmt: skip


class UndoForm(forms.Form):
    change_reason = reason_field(_("It is stored in the history of both."))


def may_merge(user: User | AnonymousUser, model: type[Model]) -> bool:
    """Whether the user may merge records of the model and undo that: it takes the right to change and delete them."""
    name = model._meta.model_name
    return bool(user.has_perms([f"archive.change_{name}", f"archive.delete_{name}"]))


def merged_records(request: HttpRequest) -> HttpResponse:
    """Merges of the kinds that the user may view. Raises PermissionDenied for users who see no drafts."""
    if not sees_drafts(request.user):
        raise PermissionDenied
    kinds = [collection.model._meta.model_name for collection in COLLECTIONS.values()]
    viewable = [kind for kind in kinds if request.user.has_perm(f"archive.view_{kind}")]
    rows = MergedRecord.objects.filter(kind__in=viewable).defer("changes").select_related("author", "undone_by")
    page = Paginator(rows, _PAGE_SIZE).get_page(request.GET.get(PAGE_VAR))
    context = {
        **admin.site.each_context(request),
        "title": gettext("Merged records"),
        "rows": merge_rows(list(page.object_list), request.user),
        "page_obj": page,
    }
    return TemplateResponse(request, "admin/archive/merged_records.html", context)


def merges_into(record: Model, user: User | AnonymousUser) -> list[dict[str, Any]]:
    """The merges whose slugs lead to the record, for its history."""
    rows = merges_of(type(record)).filter(target_id=record.pk)
    return merge_rows(list(rows.defer("changes").select_related("author", "undone_by")[:_PAGE_SIZE]), user)


def merge_of(model: type[Model], pk: int, user: User | AnonymousUser | None = None) -> dict[str, Any] | None:
    """The merge by which a record that is not stored any more went into another; its undoing for who may do that."""
    rows = merges_of(model).filter(record_id=pk).defer("changes").select_related("author", "undone_by")
    return next(iter(merge_rows(list(rows[:1]), user)), None)


def merges_of_records(records: Iterable[Model], user: User | AnonymousUser) -> dict[tuple[str, int], dict[str, Any]]:
    """The merges by which records that are not stored any more went into others, by kind and id."""
    condition = Q(pk__in=[])
    for record in records:
        condition |= Q(kind=record._meta.model_name, record_id=record.pk)
    rows = MergedRecord.objects.filter(condition, undone_at=None).defer("changes").select_related("author", "undone_by")
    return {(row["merged"].kind, row["merged"].record_id): row for row in merge_rows(list(rows), user)}


def merge_rows(merges: list[MergedRecord], user: User | AnonymousUser | None) -> list[dict[str, Any]]:
    """The merges as the lists show them: with the record that each leads to, and the pages to go to.

    A record whose target was merged later leads to the last one. Such merges are undone from the last to the first, so
    the page that undoes it is that of the last.
    """
    rows = []
    later = _later_merges(merges)
    targets: dict[str, set[int]] = {}
    for merged in merges:
        targets.setdefault(merged.kind, set()).add(merged.target_id)
    stored = {kind: _labelled(model_of(kind)).in_bulk(pks) for kind, pks in targets.items()}
    for merged in merges:
        model, target = model_of(merged.kind), stored[merged.kind].get(merged.target_id)
        name = f"admin:archive_{merged.kind}"
        chain = later.get(merged.pk, [])
        may_undo = merged.undone_at is None and user is not None and may_merge(user, model)
        rows.append({
            "merged": merged,
            "kind": model._meta.verbose_name,
            "target": record_label(target) if target is not None else gettext("deleted since"),
            "target_url": reverse(f"{name}_change", args=[target.pk]) if target is not None else "",
            "first_target": chain[0].name if chain else "",
            "undo_url": reverse("undo_merge", args=[merged.pk]) if may_undo and not chain else "",
            "undo_first": (chain[-1].name, reverse("undo_merge", args=[chain[-1].pk])) if may_undo and chain else None,
            "history_url": "" if merged.is_from_dataset else reverse(f"{name}_history", args=[merged.record_id]),
        })  # fmt: skip
    return rows


def _later_merges(merges: list[MergedRecord]) -> dict[int, list[Any]]:
    """For each merge, the later ones by which its target went into another record, in their order."""
    condition = Q(pk__in=[])
    for merged in merges:
        if merged.undone_at is None:
            condition |= Q(kind=merged.kind, target_id=merged.target_id)
    rows = MergedRecord.objects.filter(condition, undone_at=None).annotate(redirects=F("changes__redirects"))
    candidates = list(rows.defer("changes").order_by("pk"))
    return {
        merged.pk: later
        for merged in merges
        if (later := [row for row in candidates if merged.kind == row.kind and merged.pk in (row.redirects or ())])
    }


def _labelled(model: type[Model]) -> QuerySet[Any]:
    """The model's records with the relations that their labels read."""
    relations = label_relations(model)
    records: QuerySet[Any] = model._default_manager.all()
    return records.select_related(*relations) if relations else records


def undo_merge(request: HttpRequest, number: int) -> HttpResponse:
    """The page with what undoing a merge brings back, and what stands in its way; a POST undoes it."""
    merged = MergedRecord.objects.filter(pk=number).select_related("author", "undone_by").first()
    if merged is None:
        raise Http404(gettext("There is no merge with the number {number}.").format(number=number))
    model = model_of(merged.kind)
    if not may_merge(request.user, model) or not sees_drafts(request.user):
        raise PermissionDenied
    form = UndoForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            back = undo(merged, request.user, form.cleaned_data["change_reason"])
        except ValidationError as error:
            form.add_error(None, [gettext("Nothing was changed."), *map(strip_direction_marks, error.messages)])
        except (IntegrityError, OperationalError) as error:
            if isinstance(error, OperationalError) and not is_deadlock(error):
                raise
            form.add_error(None, gettext("Nothing was changed: what was saved since contradicts it."))
        else:
            if merged.is_from_dataset:
                messages.success(
                    request, gettext("The old address “{slug}” leads nowhere now.").format(slug=merged.slug)
                )
                return HttpResponseRedirect(reverse("merged_records"))
            model_admin: Any = admin.site.get_model_admin(model)
            model_admin.log_addition(request, back, "Undid the merge.")
            name = strip_direction_marks(str(back))
            messages.success(
                request, gettext("The merge is undone: “{name}” is back, with all that it had.").format(name=name)
            )
            check_saved(request, [back, *model._default_manager.filter(pk=merged.target_id)])
            return HttpResponseRedirect(reverse(f"admin:archive_{merged.kind}_change", args=[back.pk]))
        merged.refresh_from_db()
    plan = None if merged.is_from_dataset else undo_plan(merged, request.user)
    refusals = plan.refusals if plan is not None else []
    context = {
        **admin.site.each_context(request),
        "title": gettext("Undo the merge of {name}").format(name=merged.name),
        "merged": merged,
        "kind": model._meta.verbose_name,
        "plan": plan,
        "refusals": [strip_direction_marks(text) for text in refusals],
        "counts": _counts(plan) if plan is not None else [],
        "row": merge_rows([merged], request.user)[0],
        "form": form,
        "opts": model._meta,
    }
    return TemplateResponse(request, "admin/archive/undo_merge.html", context, status=409 if refusals else 200)


def _counts(plan: UndoPlan) -> list[tuple[str, int]]:
    """The rows that change back or come back, by kind."""
    counts: Counter[Any] = Counter()
    target = (plan.source.model, plan.target_id)
    keys = [key for key in plan.changes.rows if key != target]
    for model, _key in [*keys, *(deletion.node.key for deletion in plan.changes.deletions[:-1])]:
        counts[model] += 1
    names = (
        (model._meta.verbose_name if n == 1 else model._meta.verbose_name_plural, n) for model, n in counts.items()
    )
    return sorted((str(name), number) for name, number in names)
