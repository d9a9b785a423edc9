"""Who may write: holders of the record's permission; contributors drafts only."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import SAFE_METHODS, BasePermission

from archive.permissions import may_delete, may_write

_ACTIONS = {"POST": "add", "PUT": "change", "PATCH": "change", "DELETE": "delete"}
NO_EDITOR = "Only an editor publishes, or changes what is published; you may write drafts and put them up for review."


class ReadAllWriteByPermission(BasePermission):
    """Reading is for all (what is shown is decided by ``visible_to``); writing needs Django's permission."""

    message = ""

    def has_permission(self, request: Any, view: Any) -> bool:
        model = getattr(view, "model", None)
        action = _ACTIONS.get(request.method)
        # A method that the address does not take is answered as such, whoever asks.
        if model is None or action is None or request.method.lower() not in view.action_map:
            return True
        name = f"archive.{action}_{model._meta.model_name}"
        self.message = f"This needs the permission {name}; ask an administrator to make you a contributor or editor."
        return bool(request.user.has_perm(name))

    def has_object_permission(self, request: Any, view: Any, obj: Any) -> bool:
        self.message = NO_EDITOR
        if request.method in SAFE_METHODS:
            return True
        return (may_delete if request.method == "DELETE" else may_write)(request.user, obj)


class PostWithLogin(BasePermission):
    """POST is for who is known; other methods are answered as not allowed, whoever asks."""

    def has_permission(self, request: Any, view: Any) -> bool:
        return request.method != "POST" or bool(request.user and request.user.is_authenticated)
