"""The viewset of a collection: list, detail and history; ``urls`` makes a subclass for each collection."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response

from archive.rest import etags
from archive.rest.chains import ChainQuery, chain_json
from archive.rest.history import Compared, differences, revisions
from archive.rest.query_params import reject_unknown, require_json, single_value
from archive.rest.renderers import formats
from archive.rest.renderers.render import render_list, render_record
from archive.rest.requests import ListRequest, parse_detail, parse_list
from archive.rest.revision_pages import PAGE_PARAMS, RevisionPage
from archive.rest.serializers import SERIALIZERS
from archive.rest.writes import WriteViewSet

HISTORY_PARAMS = ["from", "to", *PAGE_PARAMS, "format"]


class CollectionView(etags.ReadView, WriteViewSet):
    """Reads by the compiled query (``reads``); writes by ``WriteViewSet``."""

    lookup_field = "slug"
    lookup_value_regex = "[^/]+"

    @property
    def serializer(self) -> Any:
        return SERIALIZERS[self.collection]

    def get_renderers(self) -> Any:
        if self.action not in ("list", "retrieve"):
            return super().get_renderers()
        return formats.offered_renderers(self.collection, is_detail=self.action == "retrieve")

    def list(self, request: Request) -> HttpResponse:
        parsed = parse_list(
            self.collection,
            dict(request.query_params.lists()),
            request.build_absolute_uri(request.path),
            request.accepted_renderer.format,
        )
        if isinstance(parsed, ListRequest) and parsed.output_format:
            return render_list(parsed.output_format, parsed, request)  # type: ignore[no-any-return]
        return etags.etag_response(request, *parsed.json(request.user))

    def retrieve(self, request: Request, slug: str) -> HttpResponse:
        params = dict(request.query_params.lists())
        parsed = parse_detail(self.collection, slug, params, request.accepted_renderer.format)
        content, validator = parsed.json(request.user)
        if parsed.output_format:
            return render_record(parsed.output_format, parsed, content, validator, request)
        return etags.etag_response(request, content, validator)

    def history(self, request: Request, slug: str) -> Response:
        params = request.query_params
        reject_unknown([name for name in params if name not in HISTORY_PARAMS], HISTORY_PARAMS)
        require_json(params)
        compared = Compared.parse(single_value(params, "from"), single_value(params, "to"))
        page = RevisionPage.parse(dict(params.lists()), request.build_absolute_uri(request.path))
        record = self._record(slug)
        if compared is not None:
            content = differences(record, compared, request.user)
            return etags.with_etag(request, Response({**content, **page.content(content["results"])}))
        return etags.with_etag(request, Response(page.content(revisions(record, request.user))))

    def chain(self, request: Request, slug: str) -> HttpResponse:
        query = ChainQuery.parse(self.collection, slug, request.query_params)
        return etags.etag_response(request, chain_json(query, request.user))
