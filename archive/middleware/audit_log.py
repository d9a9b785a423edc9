"""Receivers that write the audit log: sign-ins, publications, accounts and rights, with the client's address.

What is done outside a request (a command) has no address, and the user that the history names. Attempts to sign in
that the limits refuse are not recorded: the failures before them are, and a flood must not fill the table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django.http import HttpRequest
from django.utils import timezone
from knox.models import AuthToken
from simple_history.models import HistoricalRecords

from archive.accounts.audit import AuditDetail, Right, on_report, write_entry
from archive.accounts.changes import account_changed
from archive.choices import Status
from archive.middleware.client_address import client_address
from archive.middleware.login_limits import account_name
from archive.models import AuditAction
from archive.models.base import Record

_UID = "archive.middleware.audit_log"
#: Where the log-in page and the tokens of the API are told apart.
_API, _SECOND_FACTOR = "/api/", "/admin/archive/second-factor/"
#: Fields of a user, and what the users' form calls them.
_FLAGS = {"is_active": Right.ACTIVE, "is_staff": Right.STAFF, "is_superuser": Right.SUPERUSER}
_NAMES = {"username": AuditDetail.NAME_CHANGED, "email": AuditDetail.ADDRESS_CHANGED}
#: Signal of a link table -> the detail of what it does with a right.
_STEPS = {
    "post_add": AuditDetail.RIGHT_GIVEN, "post_remove": AuditDetail.RIGHT_TAKEN, "pre_clear": AuditDetail.RIGHT_TAKEN,
}  # fmt: skip


def connect() -> None:
    """Connect the receivers; called once, from ``AppConfig.ready``."""
    user_logged_in.connect(_signed_in, dispatch_uid=_UID)
    user_login_failed.connect(_sign_in_failed, dispatch_uid=_UID)
    user_logged_out.connect(_signed_out, dispatch_uid=_UID)
    on_report(_reported)
    account_changed.connect(_account_changed, dispatch_uid=_UID)
    post_delete.connect(_token_deleted, sender=AuthToken, dispatch_uid=_UID)
    user = get_user_model()
    post_delete.connect(_account_removed, sender=user, dispatch_uid=_UID)
    post_delete.connect(_account_removed, sender=Group, dispatch_uid=_UID)
    for field in ("groups", "user_permissions"):
        m2m_changed.connect(_rights_changed, sender=getattr(user, field).through, dispatch_uid=_UID)
    m2m_changed.connect(_rights_changed, sender=Group.permissions.through, dispatch_uid=_UID)
    for model in apps.get_models():
        if issubclass(model, Record):
            post_save.connect(_record_saved, sender=model, dispatch_uid=_UID)
            post_delete.connect(_record_deleted, sender=model, dispatch_uid=_UID)


def write_from(
    request: HttpRequest,
    action: AuditAction,
    user: User | AnonymousUser | None,
    subject: Model | None = None,
    detail: str = "",
) -> None:
    """Write an entry with the client's address of a request."""
    write_entry(action, user, address=client_address(request.META), subject=subject, detail=detail)


def _write(action: AuditAction, subject: Model, detail: str = "", actor: User | None = None) -> None:
    """Write an entry of what the current request, if there is one, does to a subject."""
    request = getattr(HistoricalRecords.context, "request", None)
    if actor is None and request is not None and request.user.is_authenticated:
        actor = request.user
    address = client_address(request.META) if request is not None else None
    account = actor.get_username() if actor is not None else ""
    if actor is not None and action == AuditAction.ACCOUNT and actor == subject and detail == AuditDetail.REMOVED:
        actor = None  # the row is gone
    write_entry(action, actor, account=account, address=address, subject=subject, detail=detail)


def _reported(sender: object, action: AuditAction, subject: Model, detail: str, **kwargs: object) -> None:
    _write(action, subject, detail)


def _signed_in(sender: object, request: HttpRequest, user: User | AnonymousUser | None, **kwargs: object) -> None:
    write_from(request, AuditAction.SIGNED_IN, user, detail=_sign_in_route(request))


def _signed_out(sender: object, request: HttpRequest, user: User | AnonymousUser | None, **kwargs: object) -> None:
    if user is not None:
        write_from(request, AuditAction.SIGNED_OUT, user)


def _sign_in_failed(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, reason: str = "", **kwargs: object
) -> None:
    if request is None or getattr(request, "axes_locked_out", False):
        return
    # A name that no account has may be a password that was typed into the wrong field.
    user = get_user_model()._default_manager.filter(username=account_name(request, credentials)).first()
    detail = "; ".join(
        part for part in (_sign_in_route(request), reason or ("" if user else AuditDetail.NO_ACCOUNT)) if part
    )
    address = client_address(request.META)
    write_entry(AuditAction.SIGN_IN_FAILED, account=user.get_username() if user else "", address=address, subject=user,
                detail=detail)  # fmt: skip


def _sign_in_route(request: HttpRequest) -> str:
    path = str(getattr(request, "path", ""))
    if path.startswith(_API):
        return AuditDetail.API_TOKEN.value
    return (AuditDetail.SECOND_FACTOR if path == _SECOND_FACTOR else AuditDetail.LOG_IN_PAGE).value


def _account_changed(user: User, changes: dict[str, Any] | None, **kwargs: object) -> None:
    if changes is None:
        flags = [_FLAGS[name] for name in ("is_staff", "is_superuser") if getattr(user, name)]
        _write(AuditAction.ACCOUNT, user, ", ".join([AuditDetail.ADDED, *flags]))
        return
    if "password" in changes:
        _write(AuditAction.PASSWORD, user)
    rights = [
        (AuditDetail.RIGHT_GIVEN if new else AuditDetail.RIGHT_TAKEN).format(right=_FLAGS[name])
        for name, (_, new) in changes.items()
        if name in _FLAGS
    ]
    if rights:
        _write(AuditAction.RIGHTS, user, ", ".join(rights))
    if names := [_NAMES[name].format(name=old) for name, (old, _) in changes.items() if name in _NAMES]:
        _write(AuditAction.ACCOUNT, user, ", ".join(names))


def _token_deleted(sender: object, instance: AuthToken, **kwargs: object) -> None:
    """An entry of a token that could still be used; expired ones are only tidied away."""
    if instance.expiry is None or instance.expiry > timezone.now():
        _write(
            AuditAction.TOKEN_ENDED,
            instance.user,
            AuditDetail.TOKEN_ENDED.format(time=f"{instance.created:%Y-%m-%d %H:%M}"),
        )


def _account_removed(sender: object, instance: Model, **kwargs: object) -> None:
    _write(AuditAction.ACCOUNT, instance, AuditDetail.REMOVED.value)


def _rights_changed(
    sender: type[Model], instance: Model, action: str, reverse: bool, model: type[Model], pk_set: object, **kw: object
) -> None:
    """Entries of groups and permissions that are given or taken, on the user or group that has them."""
    detail = _STEPS.get(action)
    if detail is None:
        return
    if pk_set is not None:
        others = list(model._default_manager.filter(pk__in=pk_set))
    else:
        others = list(_linked(sender, instance, model))
    if reverse:
        for holder in others:
            _write(AuditAction.RIGHTS, holder, detail.format(right=_right(instance)))
    elif others:
        _write(AuditAction.RIGHTS, instance, ", ".join(detail.format(right=_right(other)) for other in others))


def _linked(through: type[Model], instance: Model, model: type[Model]) -> Any:
    """The records of the model at the other end of a link table, before it is cleared."""
    ends = {field.related_model: field.name for field in through._meta.fields if field.is_relation}
    keys = through._default_manager.filter(**{ends[type(instance)]: instance}).values_list(ends[model], flat=True)
    return model._default_manager.filter(pk__in=list(keys))


def _right(right: Any) -> str:
    """``group editor``, or a permission by its codename as code has it."""
    return Right.GROUP.format(group=right.name) if isinstance(right, Group) else str(right.codename)


def _record_saved(
    sender: object, instance: Record, raw: bool = False, update_fields: Iterable[str] | None = None, **kwargs: object
) -> None:
    if update_fields is not None and "status" not in update_fields:
        return
    before, after = instance.__dict__.get("stored_status"), instance.status
    instance.stored_status = after
    if raw or before == after or Status.PUBLISHED not in (before, after):
        return
    is_published = after == Status.PUBLISHED
    detail = "" if is_published or after == Status.WITHDRAWN else AuditDetail.STATUS.format(status=Status(after).label)
    action = AuditAction.PUBLISHED if is_published else AuditAction.WITHDRAWN
    _write(action, instance, detail, getattr(instance, "_history_user", None))


def _record_deleted(sender: object, instance: Model, **kwargs: object) -> None:
    if instance.__dict__.get("status") == Status.PUBLISHED:
        _write(AuditAction.DELETED, instance, actor=getattr(instance, "_history_user", None))
