"""The view of the search over events, statements, measures, officials and bodies."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from archive.exceptions import ArchiveError, Problem
from archive.rest import etags
from archive.rest.fields import typed_link
from archive.rest.openapi import error_responses
from archive.rest.query_params import reject_unknown, require_json, single_value
from archive.search import search

_RESULT = inline_serializer(
    "Found",
    {"type": serializers.CharField(), "slug": serializers.CharField(), "name": serializers.CharField()},
    many=True,
)


class SearchView(APIView):
    """Records that hold all words of ``q``."""

    @extend_schema(
        operation_id="search",
        summary="Search all records",
        parameters=[OpenApiParameter("q", str, required=True, description="Words that all occur.")],
        responses={200: inline_serializer("SearchPage", {"results": _RESULT}), **error_responses(400)},
        tags=["search"],
    )
    def get(self, request: Any) -> Response:
        params = request.query_params
        reject_unknown([name for name in params if name not in ("q", "format")], ["q", "format"])
        require_json(params)
        text = (single_value(params, "q") or "").strip()
        if not text:
            raise ArchiveError([Problem("q", text, "one or more words")])
        content = {"results": [typed_link(record) for record in search(text, request.user)]}
        return etags.with_etag(request, Response(content))
