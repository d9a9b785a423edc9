"""Content negotiation by ``format``, else by ``Accept``; the JSON parser of request bodies; the bodies of OPTIONS."""

from __future__ import annotations

import json
import re
from typing import IO, TYPE_CHECKING, Any

from rest_framework.exceptions import NotAcceptable, ParseError
from rest_framework.metadata import BaseMetadata
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.reverse import reverse

from archive.media_types import preferred
from archive.strict_json import NestingError, parse_json

if TYPE_CHECKING:
    from rest_framework.views import APIView  # it imports the classes of the settings, this module's among them

#: Values of ``Accept`` that nearly all clients send; they select JSON without a comparison of media types.
_JSON_ACCEPT = ("*/*", JSONRenderer.media_type)


class ContentNegotiation(DefaultContentNegotiation):
    """With ``format``, ``Accept`` is ignored; the view refuses a format that it does not offer."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: object = None) -> Any:
        first, accept = renderers[0], request.META.get("HTTP_ACCEPT", "*/*")
        is_plain = accept in _JSON_ACCEPT and first.media_type == JSONRenderer.media_type
        if is_plain or any(request.query_params.getlist("format")):
            return first, first.media_type
        chosen = preferred(accept, tuple(renderer.media_type for renderer in renderers))
        if chosen is None:
            raise NotAcceptable(available_renderers=renderers)
        return next(renderer for renderer in renderers if renderer.media_type == chosen), chosen


_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


class StrictJSONParser(JSONParser):
    """JSON in UTF-8 without NaN, duplicate names in an object, or lone surrogates. Raises ParseError."""

    def parse(self, stream: IO[Any], media_type: str | None = None, parser_context: object = None) -> Any:
        raw = stream.read()
        try:
            value = parse_json(raw.decode("utf-8"))
            if _SURROGATE_ESCAPE.search(raw):
                json.dumps(value, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError as error:
            raise ParseError("The body holds half of a surrogate pair, expected whole characters.") from error
        except UnicodeDecodeError as error:
            raise ParseError(f"The body is not UTF-8: got byte {raw[error.start]:#x} at {error.start}.") from error
        except NestingError as error:
            raise ParseError("The body is nested too deeply.") from error
        except ValueError as error:
            raise ParseError(f"The body is not JSON: {error}.") from error
        return value


class Metadata(BaseMetadata):
    """Bodies of OPTIONS responses: the methods of the address, and where they are described."""

    def determine_metadata(self, request: Request, view: APIView) -> dict[str, Any]:
        return {"methods": view.allowed_methods, "openapi": reverse("rest:openapi", request=request)}
