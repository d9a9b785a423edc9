"""The views of the API root, the OpenAPI document, Swagger UI and unknown URLs."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from archive.exceptions import Problem
from archive.rest import etags
from archive.rest.errors import ProblemError
from archive.rest.query_params import reject_unknown, require_json
from archive.rest.schemas import error_responses
from archive.rest.serializers import SERIALIZERS
from archive.text import closest_match


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from this server, its script a file of its own: it works offline and under a strict policy."""


class RootView(APIView):
    """The collections and their addresses."""

    @extend_schema(
        operation_id="root", summary="All addresses", tags=["root"],
        responses={200: {"type": "object", "additionalProperties": {"type": "string"}}, **error_responses(400)},
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        reject_unknown([name for name in request.query_params if name != "format"], ["format"])
        require_json(request.query_params)
        names = [*SERIALIZERS, "search", "timeline", "docs"]
        urls = {name: request.build_absolute_uri(f"{request.path}{name}/") for name in names}
        urls["openapi"] = request.build_absolute_uri(f"{request.path}openapi.json")
        return etags.with_etag(request, Response(urls))


@cache
def openapi_document() -> bytes:
    """The OpenAPI document, cached: it depends on the code only, and takes a second to generate."""
    return OpenApiJsonRenderer().render(SchemaGenerator().get_schema(request=None, public=True))


@extend_schema(exclude=True)
class DescriptionView(APIView):
    """The description of this API."""

    renderer_classes = (OpenApiJsonRenderer, JSONRenderer)

    def get(self, request: Request) -> HttpResponse:
        reject_unknown(list(request.query_params), [])
        return etags.etag_response(request, openapi_document(), media=request.accepted_renderer.media_type)


@extend_schema(exclude=True)
class NotFoundView(APIView):
    """404 for any URL of the API that no other view has, whatever the method."""

    def initial(self, request: Request, *args: object, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        path = kwargs["rest"][:120].replace("\x00", "\\x00")
        suggestion = closest_match(path.strip("/").partition("/")[0], list(SERIALIZERS))
        expected = "one of the addresses that /api/v1/ lists"
        raise ProblemError(
            404,
            f"There is nothing at this address.{f' Did you mean {suggestion}/?' if suggestion else ''}",
            [Problem("address", path, expected, f"{suggestion}/" if suggestion else "")],
        )
