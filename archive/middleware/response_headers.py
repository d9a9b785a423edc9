"""Middleware that sets response headers: Content-Security-Policy, and Cache-Control for requests with credentials."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from csp.middleware import CSPMiddleware
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: Directives that say already which caches may store a response.
_STORAGE_DIRECTIVES = ("private", "public", "no-store")


class PrivateCacheControlMiddleware:
    """Sets ``Cache-Control: private`` on responses to requests with credentials: they may contain drafts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "HTTP_AUTHORIZATION" in request.META or settings.SESSION_COOKIE_NAME in request.COOKIES or response.cookies:
            directives = response.get("Cache-Control", "")
            if not any(word in directives for word in _STORAGE_DIRECTIVES):
                response["Cache-Control"] = f"private, {directives or 'no-cache'}"
        return response


class SecurityPolicyMiddleware(CSPMiddleware):
    """django-csp's middleware with the default policy built once per process; it handles other policies and nonces."""

    def process_response(self, request: Any, response: Any) -> Any:
        if overrides_policy(request, response) or response.status_code >= 400:
            response = super().process_response(request, response)
            if (policy := response.headers.get("Content-Security-Policy")) is not None:
                response.headers["Content-Security-Policy"] = _sort_directives(policy)
            return response
        response.headers.setdefault("Content-Security-Policy", _default_policy())
        return response


def overrides_policy(request: Any, response: Any) -> bool:
    """Whether the response has a policy of its own (django-csp's decorators or a nonce)."""
    return any(name.startswith("_csp_") for name in vars(response)) or hasattr(request, "_csp_nonce")


@lru_cache(maxsize=1)
def _default_policy() -> str:
    return _sort_directives(build_policy())


def _sort_directives(policy: str) -> str:
    """The directives by name: django-csp takes them from a set, whose order differs between processes."""
    return "; ".join(sorted(part.strip() for part in policy.split(";") if part.strip()))
