"""Who asks: by token, or by a session that the archive's own pages use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from knox.auth import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from archive.graphql.asked import Unanswered

#: What browsers send with requests from the archive's own pages, or that somebody typed into the address bar.
_OWN = ("same-origin", "none")


def asker(request: HttpRequest) -> Any:
    """The user of the token, else of the session. Raises Unanswered for a bad token.

    A request that another site makes a browser send is answered as the public's: the session's drafts must not
    show by the time or the size of an answer either. The origins of ``CORS_ALLOWED_ORIGINS`` may use the session.
    """
    try:
        found = TokenAuthentication().authenticate(request) if "HTTP_AUTHORIZATION" in request.META else None
    except (AuthenticationFailed, UnicodeDecodeError) as error:
        message = "The token is not valid: get a new one at /api/v1/token/, or send none."
        raise Unanswered(401, "UNAUTHENTICATED", message, **{"WWW-Authenticate": "Token"}) from error
    if found:
        return found[0]
    is_own = request.META.get("HTTP_SEC_FETCH_SITE", "same-origin") in _OWN
    if not is_own and request.META.get("HTTP_ORIGIN") not in settings.CORS_ALLOWED_ORIGINS:
        return AnonymousUser()
    return request.user
