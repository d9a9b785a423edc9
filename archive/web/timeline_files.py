"""The drawn timeline as a file: SVG that stands alone, and PNG."""

from __future__ import annotations

import hashlib
import logging
from base64 import b64encode
from functools import cache
from pathlib import Path

from csp.decorators import csp_update
from django.contrib.staticfiles import finders
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from archive.cache.responses import mark_cacheable
from archive.drawing import Drawing, Footer, drawing_svg, footer_height
from archive.drawing.plain_style import plain_style
from archive.drawing.png import PictureError, can_draw_text, drawing_png
from archive.exceptions import ArchiveError
from archive.web.forms import error_messages, error_status, query_params
from archive.web.timeline import site, standalone_drawing
from archive.web.timeline_pages import form_fields

_STYLES = ("archive/tokens.css", "archive/timeline.css")
_NO_FONTS = {
    "title": _("No pictures here"),
    "remedy": _("The machine of this archive has no fonts, so a picture would have no text. Download the SVG instead."),
}
_TOO_BUSY = {
    "title": _("Not available now"),
    "remedy": _("The archive is too busy to draw the picture. Try again in a moment, or download the SVG."),
}
log = logging.getLogger(__name__)


def timeline_svg(request: HttpRequest) -> HttpResponse:
    """The drawing as an SVG file that stands alone."""
    result = _drawing(request)
    if isinstance(result, HttpResponse):
        return result
    drawing, footer = result
    svg = drawing_svg(drawing, footer.title, _style(), footer=footer)
    return _with_style(mark_cacheable(HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")))


def timeline_png(request: HttpRequest) -> HttpResponse:
    """The drawing as a PNG in the light colours; 501 on a machine without fonts, 503 on one that is too busy."""
    if not can_draw_text():
        return render(request, "archive/error.html", _NO_FONTS, status=501)
    result = _drawing(request)
    if isinstance(result, HttpResponse):
        return result
    drawing, footer = result
    svg = drawing_svg(drawing, footer.title, _plain_style(), footer=footer)
    try:
        picture = drawing_png(svg, drawing.width, drawing.height + footer_height(drawing))
    except PictureError as error:
        log.warning("%s", error)
        response = render(request, "archive/error.html", _TOO_BUSY, status=503)
        response["Retry-After"] = "30"
        return response
    return mark_cacheable(HttpResponse(picture, content_type="image/png"))


def _drawing(request: HttpRequest) -> tuple[Drawing, Footer] | HttpResponse:
    """The drawing of the request and its footer, or the page that says what is wrong. Raises Http404 if it is empty."""
    params = query_params(request)
    try:
        result = standalone_drawing(params, request.user, site(request))
    except ArchiveError as error:
        context = {"params": params, "filter_fields": form_fields(params), "problems": error_messages(error)}
        return mark_cacheable(render(request, "archive/timeline/page.html", context, status=error_status(error)))
    if result is None:
        raise Http404
    return result


@cache
def _plain_style(*, is_dark: bool = False) -> str:
    """The rules of a drawing, with the colours in their place: other programs than browsers know no more."""
    paths = [Path(str(finders.find(name))) for name in _STYLES]
    css = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return plain_style(css, ".timeline-drawing", is_dark=is_dark)


@cache
def _style() -> str:
    """The style that the SVG file embeds: light, and where the reader prefers it dark."""
    light = _plain_style()
    dark = [rule for rule in _plain_style(is_dark=True).splitlines() if rule not in light]
    return "\n".join([light, "@media (prefers-color-scheme: dark) {", *dark, "}"])


def _with_style(response: HttpResponse) -> HttpResponse:
    """Permit the embedded style, by its hash, in a browser that shows the file as a page."""
    digest = b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    permitted: HttpResponse = csp_update({"style-src": ["'self'", f"'sha256-{digest}'"]})(lambda: response)()
    return permitted
