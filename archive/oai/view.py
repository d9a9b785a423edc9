"""The view of ``/oai``: GET and POST requests, and the response's envelope."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponsePermanentRedirect
from django.views.decorators.csrf import csrf_exempt

from archive.cache.responses import mark_cacheable
from archive.oai.arguments import format_datestamp, parse_arguments
from archive.oai.errors import OaiError
from archive.oai.formats import XSI
from archive.oai.record_xml import xml_schema
from archive.oai.verbs import ANSWERS
from archive.oai.xml import element, wrap

_NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_FORM = "application/x-www-form-urlencoded"
#: After these errors the request's arguments are not repeated.
_UNREADABLE = ("badVerb", "badArgument")


@csrf_exempt
def oai(request: HttpRequest) -> HttpResponse:
    """Answers a verb of OAI-PMH 2.0. Errors of the protocol are responses with status 200."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    base_url = request.build_absolute_uri("/")
    arguments: dict[str, str] = {}
    try:
        arguments = parse_arguments(_params(request))
        content = ANSWERS[arguments["verb"]](arguments, base_url)
    except OaiError as error:
        if error.code in _UNREADABLE:
            arguments = {}
        content = element("error", error.message, code=error.code)
    text = wrap(
        "OAI-PMH",
        [
            element("responseDate", format_datestamp(datetime.now(UTC))),
            element("request", f"{base_url}oai", **arguments),
            content,
        ],
        xmlns=_NAMESPACE, xmlns__xsi=XSI, xsi__schemaLocation=f"{_NAMESPACE} {_NAMESPACE}OAI-PMH.xsd",
    )  # fmt: skip
    response = HttpResponse(_DECLARATION + text, content_type="text/xml; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return mark_cacheable(response)


@csrf_exempt
def without_slash(request: HttpRequest) -> HttpResponse:
    """The 308 of ``/oai/``: a harvester sends the same verb, by GET or POST, to the address without the slash."""
    address = request.get_full_path().replace("/oai/", "/oai", 1)
    return HttpResponsePermanentRedirect(address, preserve_request=True)


def record_schema(request: HttpRequest) -> HttpResponse:
    """The XML Schema of the archive's own format."""
    return mark_cacheable(HttpResponse(_DECLARATION + xml_schema(), content_type="application/xml; charset=utf-8"))


def _params(request: HttpRequest) -> Mapping[str, list[str]]:
    """The arguments of the query string, or of a POST's form alone (section 3.1.1)."""
    params: Any = request.GET
    if request.method == "POST":
        params = request.POST if request.content_type == _FORM else {}
    return dict(params.lists()) if params else {}
