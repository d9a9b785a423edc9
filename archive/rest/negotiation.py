"""Content negotiation of REST: the parameter ``format``, else the ``Accept`` header over all that an address offers."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import NotAcceptable
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import JSONRenderer

from archive.media_types import preferred

#: What nearly all programs send, where JSON is offered first: not worth a look at what else is.
_PLAIN = ("*/*", JSONRenderer.media_type)


class Negotiation(DefaultContentNegotiation):
    """``format`` decides alone, whatever ``Accept`` says; the view refuses one that it does not offer."""

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        first, accept = renderers[0], request.META.get("HTTP_ACCEPT", "*/*")
        is_plain = accept in _PLAIN and first.media_type == JSONRenderer.media_type
        if is_plain or any(request.query_params.getlist("format")):
            return first, first.media_type
        chosen = preferred(accept, tuple(one.media_type for one in renderers))
        if chosen is None:
            raise NotAcceptable(available_renderers=renderers)
        return next(one for one in renderers if one.media_type == chosen), chosen
