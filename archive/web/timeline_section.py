"""The drawn timeline of a page alone: what the script fetches when the period changes, in place of the whole page.

It is at the address of the page with one more parameter, so that caches keep the two apart without ``Vary``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from archive.cache.responses import mark_cacheable
from archive.exceptions import ArchiveError
from archive.web.forms import SECTION, TIMELINE, error_messages, error_status


def is_section(request: HttpRequest, section: str = TIMELINE) -> bool:
    """Whether a script asks for a part of a page alone, to put it in the place of the one there."""
    return request.GET.getlist(SECTION) == [section]


def section_response(request: HttpRequest, read: Callable[[], dict[str, Any]]) -> HttpResponse:
    """The drawn timeline of a page alone; ``read`` returns its context.

    The script opens the page itself in place of an error: 400 for invalid parameters, Http404 without a drawing.
    """
    try:
        context, status = read(), 200
    except ArchiveError as error:
        context, status = {"problems": error_messages(error)}, error_status(error)
    if not context:
        raise Http404
    return mark_cacheable(render(request, "archive/timeline/alone.html", context, status=status))
