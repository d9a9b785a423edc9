"""Plain pages for what went wrong; API addresses get problem+json instead."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

_PAGES = {
    400: ("Bad request", "The request could not be read. Check the address and try again."),
    404: ("Not found", "There is nothing at this address. Check its spelling, or start from the front page."),
    500: ("Something broke", "The archive could not answer. Nothing was changed; try again in a moment."),
}


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 400)


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500)


def _answer(request: HttpRequest, status: int) -> HttpResponse:
    title, remedy = _PAGES[status]
    if request.path.startswith("/api/"):
        body = {"type": "about:blank", "title": title, "status": status, "detail": remedy, "errors": []}
        return JsonResponse(body, status=status, content_type="application/problem+json")
    return render(request, "archive/error.html", {"title": title, "remedy": remedy}, status=status)
