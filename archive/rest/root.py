"""The root of the API, its documentation page, and what is said of unknown addresses."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.response import Response
from rest_framework.views import APIView

from archive.exceptions import Problem
from archive.querysets.nearest import nearest_word
from archive.rest import etags
from archive.rest.parameters import json_only, refuse
from archive.rest.problems import Refused
from archive.rest.serializers import SERIALIZERS


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from this server, its script a file of its own: it works offline and under a strict policy."""


@extend_schema(exclude=True)
class RootView(APIView):
    """The collections and their addresses."""

    def get(self, request: Any) -> Response:
        refuse([name for name in request.query_params if name != "format"], ["format"])
        json_only(request.query_params)
        names = [*SERIALIZERS, "search", "docs"]
        found = {name: request.build_absolute_uri(f"{request.path}{name}/") for name in names}
        found["openapi"] = request.build_absolute_uri(f"{request.path}openapi.json")
        return etags.answer(request, Response(found))


@extend_schema(exclude=True)
class UnknownView(APIView):
    """An address that nothing answers, whatever the method."""

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        got = kwargs["rest"][:120].replace("\x00", "\\x00")
        near = nearest_word(got.strip("/").partition("/")[0], list(SERIALIZERS))
        expected = "one of the addresses that /api/v1/ lists"
        raise Refused(
            404,
            f"There is nothing at this address.{f' Did you mean {near}/?' if near else ''}",
            [Problem("address", got, expected, f"{near}/" if near else "")],
        )
