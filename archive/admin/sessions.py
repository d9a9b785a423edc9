"""The page of sessions and tokens of the API: users see and end their own, administrators those of anybody."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext, ngettext

from archive.accounts import two_factor
from archive.accounts.browsers import browser_name
from archive.accounts.sessions import end, end_all, open_sessions, public_id, session_of_id
from archive.accounts.tokens import end_token, token_id, valid_tokens
from archive.accounts.two_factor import is_administrator
from archive.models import UserSession

_PAGE_SIZE = 50
#: The value of ``who`` for the sessions of all users.
_EVERYBODY = "*"


def sessions(request: HttpRequest) -> HttpResponse:
    """The user's sessions; by ``who`` those of another, or of all. Raises PermissionDenied for others' sessions."""
    who = request.GET.get("who", "").replace("\x00", "").strip()[:150] or request.user.get_username()
    is_own = who == request.user.get_username()
    if not is_own and not is_administrator(request.user):
        raise PermissionDenied
    if request.method == "POST":
        _end(request, who, is_own)
        return HttpResponseRedirect(f"{request.path}?{urlencode({'who': who})}" if not is_own else request.path)
    rows = open_sessions() if who == _EVERYBODY else open_sessions().filter(user__username=who)
    user = get_user_model()._default_manager.filter(username=who).first()
    page = Paginator(rows, _PAGE_SIZE).get_page(request.GET.get(PAGE_VAR))
    context = {
        **admin.site.each_context(request),
        "title": gettext("Sessions")
        if is_own
        else gettext("Sessions of all users")
        if who == _EVERYBODY
        else gettext("Sessions of {who}").format(who=who),
        "rows": [_row(session, request.session.session_key) for session in page.object_list],
        "page_obj": page,
        "tokens": [(token_id(token.digest), token) for token in valid_tokens(user)] if user is not None else [],
        "who": who,
        "is_own": is_own,
        "is_everybody": who == _EVERYBODY,
        "is_administrator": is_administrator(request.user),
        "has_two_factor": two_factor.is_on(),
    }
    return TemplateResponse(request, "admin/archive/sessions.html", context)


def _row(session: UserSession, current: str | None) -> dict[str, Any]:
    return {
        "session": session,
        "id": public_id(session),
        "browser": browser_name(session.user_agent),
        "is_current": session.session_key == current,
    }


def _tokens_ended(count: int) -> str:
    text = ngettext("{count} token of the API ended.", "{count} tokens of the API ended.", count)
    return text.format(count=count)


def _end(request: HttpRequest, who: str, is_own: bool) -> None:
    """End one session or token, or all of a user but the request's own session; a message says what was done."""
    if "all" in request.POST:
        user = get_user_model()._default_manager.filter(username=who).first()
        count, tokens = end_all(user, but=request.session.session_key) if user is not None else (0, 0)
        text = ngettext("{count} session ended.", "{count} sessions ended.", count).format(count=count)
        if tokens:
            text += " " + _tokens_ended(tokens)
        messages.success(request, text)
        return
    if "token" in request.POST:
        user = get_user_model()._default_manager.filter(username=who).first()
        if user is not None and end_token(user, request.POST["token"]):
            messages.success(request, _tokens_ended(1))
        else:
            messages.info(request, gettext("That token has ended already."))
        return
    session = session_of_id(request.POST.get("session", ""))
    if session is None or (session.user_id != request.user.pk and not is_administrator(request.user)):
        messages.info(request, gettext("That session has ended already."))
    elif session.session_key == request.session.session_key:
        messages.error(request, gettext("This is the session that you use. Log out instead."))
    else:
        end(session)
        messages.success(
            request, gettext("The session in {value} is ended.").format(value=browser_name(session.user_agent))
        )
