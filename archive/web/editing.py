"""Template context for those who edit: links from a public page to the admin, and a note that readers don't see it.

Pages for anonymous users never have any of it: their responses are cached for all.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext

from archive.choices import Status
from archive.models import SpeechAct
from archive.models.base import Record
from archive.permissions import may_record_outcomes
from archive.terms import record_type, term
from archive.visibility import PermissionHolder, sees_drafts
from archive.workflow.proposals import may_propose_outcomes


def list_editing(model: type[Model], user: PermissionHolder) -> dict[str, Any]:
    """The link to the admin's list of a model; nothing for users who may not change its records."""
    opts = model._meta
    if not user.has_perm(f"archive.change_{opts.model_name}"):
        return {}
    return _link(
        gettext("Edit {records}").format(records=record_type(str(opts.verbose_name_plural))),
        reverse(f"admin:archive_{opts.model_name}_changelist"),
    )


def search_editing(words: str, user: User | AnonymousUser) -> dict[str, Any]:
    """The link to the same search in the admin; nothing for users who may not log in there, or see no more there."""
    if not (user.is_active and user.is_staff and sees_drafts(user)):
        return {}
    query = f"?{urlencode({'q': words})}" if words else ""
    return _link(gettext("Search in the admin"), f"{reverse('search_all')}{query}")


def record_editing(record: Record, user: PermissionHolder) -> dict[str, Any]:
    """The link to the record's form, and ``hidden_because`` if only users like this one see the record."""
    opts = record._meta
    context: dict[str, Any] = {}
    if user.has_perm(f"archive.change_{opts.model_name}"):
        address = reverse(f"admin:archive_{opts.model_name}_change", args=[record.pk])
        context = _link(gettext("Edit this {record}").format(record=record_type(opts.verbose_name)), address)
    if sees_drafts(user) and (reason := _hidden_because(record)):
        context["hidden_because"] = reason
    return context


def outcome_form_link(act: SpeechAct, user: PermissionHolder) -> tuple[str, str]:
    """The address and label of the form of a new outcome of a speech act, or of one that is only proposed.

    Empty for users who may do neither.
    """
    if not (sees_drafts(user) and act.is_answerable):
        return "", ""
    if may_record_outcomes(user, act.statement):
        label = gettext("Record an outcome")
    elif may_propose_outcomes(act.statement, user):
        label = gettext("Propose an outcome")
    else:
        return "", ""
    return reverse("admin:archive_outcome_of_act", args=[act.pk]), label


def _hidden_because(record: Record) -> str:
    """Why readers do not see the record; empty if they do."""
    if record.status != Status.PUBLISHED:
        return term(record.get_status_display()).capitalize()
    is_public = not record.visibility_parents or type(record).objects.visible_to(None).filter(pk=record.pk).exists()
    return "" if is_public else gettext("Published, but a record that it belongs to is not")


def _link(label: str, address: str) -> dict[str, Any]:
    return {"edit_url": address, "edit_label": label}
