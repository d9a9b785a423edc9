"""The HTTP methods of pages: GET and HEAD, and OPTIONS, which lists them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

_METHODS = ("GET", "HEAD", "OPTIONS")


def read_only(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Decorator for views that only read: 405 for any other method, also without a CSRF token."""

    @require_http_methods(_METHODS)
    @wraps(view)
    def wrapped(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if request.method == "OPTIONS":
            return HttpResponse(headers={"Allow": ", ".join(_METHODS)})
        return view(request, *args, **kwargs)

    return csrf_exempt(wrapped)  # it changes nothing
