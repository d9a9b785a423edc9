"""Autosave in the browser: the key that encrypts drafts of forms, and the cookie that names the drafts that are saved.

The scripts ``draft_store.js`` and ``autosave.js`` store what is typed in the browser's ``localStorage``. The server
stores no draft; it gives the signed-in user a key of his own, which is the same in each of his sessions: a draft can be
restored after the session has expired, and not by another user of the same browser.
"""

from __future__ import annotations

import base64
import re
from typing import Any

from django.conf import settings
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from archive.admin.mixins import AdminMixin

#: The form field with the identifier of the browser's draft, and the cookie with those of saved drafts.
DRAFT_FIELD = "_draft"
SAVED_COOKIE = "saved_drafts"
_MAX_IDENTIFIERS = 5
_COOKIE_SECONDS = 3_600
_IDENTIFIER = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def draft_key(user: Any) -> str:
    """The user's AES-256 key in base64. A new password gives another one, which makes older drafts unreadable."""
    digest = salted_hmac("archive.admin.autosave", f"{user.pk}:{user.password}", algorithm="sha256").digest()
    return base64.b64encode(digest).decode("ascii")


class AutosaveMixin(AdminMixin):
    """Gives the form its key, and after a save tells the browser which draft to remove."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        response = super().changeform_view(request, object_id, form_url, extra_context)  # type: ignore[misc]
        if response.status_code == 302:
            name_saved_draft(request, response)
        return response

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], add: bool = False, change: bool = False,
        form_url: str = "", obj: Model | None = None,
    ) -> Any:  # fmt: skip
        context |= autosave_context(request)
        return super().render_change_form(request, context, add, change, form_url, obj)  # type: ignore[misc]


def autosave_context(request: HttpRequest) -> dict[str, str]:
    """What the template of a form needs for its drafts in the browser."""
    return {"draft_key": draft_key(request.user), "draft": _submitted_draft(request)}


def name_saved_draft(request: HttpRequest, response: HttpResponse) -> None:
    """Name the submitted draft in the cookie of saved drafts."""
    identifier = _submitted_draft(request)
    if not identifier:
        return
    earlier = [item for item in request.COOKIES.get(SAVED_COOKIE, "").split(".") if _IDENTIFIER.fullmatch(item)]
    response.set_cookie(
        SAVED_COOKIE,
        ".".join([*earlier, identifier][-_MAX_IDENTIFIERS:]),
        max_age=_COOKIE_SECONDS,
        path=reverse("admin:index"),
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def _submitted_draft(request: HttpRequest) -> str:
    """The identifier of the draft that was submitted: a form with errors continues it. Empty if there is none."""
    identifier = request.POST.get(DRAFT_FIELD, "")
    return identifier if _IDENTIFIER.fullmatch(identifier) else ""
