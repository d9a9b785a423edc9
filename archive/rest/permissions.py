"""Who may write: holders of the record's permission; contributors drafts only."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission

from archive.querysets.access import may_write

_ACTIONS = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}


class ReadAllWriteByPermission(BasePermission):
    """Reading is for all (what is shown is decided by ``visible_to``); writing needs Django's permission."""

    def has_permission(self, request: Any, view: Any) -> bool:
        if request.method in SAFE_METHODS:
            return True
        model = getattr(view, "model", None)
        action = _ACTIONS.get(request.method, "")
        if model is None or not action:
            return True
        return bool(request.user.has_perm(f"archive.{action}_{model._meta.model_name}"))

    def has_object_permission(self, request: Any, view: Any, obj: Any) -> bool:
        return request.method in SAFE_METHODS or may_write(request.user, obj)
