"""The root of the API, its documentation page, and what is said of unknown addresses."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.response import Response
from rest_framework.views import APIView

from archive.querysets.nearest import nearest_word
from archive.rest.serializers import SERIALIZERS


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from this server, its script a file of its own: it works offline and under a strict policy."""


@extend_schema(exclude=True)
class RootView(APIView):
    """The collections and their addresses."""

    def get(self, request: Any) -> Response:
        names = [*SERIALIZERS, "search", "docs"]
        found = {name: request.build_absolute_uri(f"{request.path}{name}/") for name in names}
        return Response(found | {"openapi": request.build_absolute_uri(f"{request.path}openapi.json")})


@extend_schema(exclude=True)
class UnknownView(APIView):
    """An address that nothing answers."""

    def get(self, request: Any, rest: str) -> Response:
        near = nearest_word(rest.strip("/").partition("/")[0], list(SERIALIZERS))
        raise Http404(f"There is nothing at this address.{f' Did you mean {near}/?' if near else ''}")
