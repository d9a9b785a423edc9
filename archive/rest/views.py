"""The viewset of a collection: list, detail and history; ``urls`` makes a subclass for each collection."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from rest_framework.response import Response

from archive.cache.store import raise_stored_error
from archive.rest import etags
from archive.rest.history import revisions
from archive.rest.query_params import Selection, parse_selection, reject_unknown, single_value
from archive.rest.reads import detail_json, list_json, parse_list_query
from archive.rest.renderers import formats
from archive.rest.renderers.formats import Format
from archive.rest.renderers.render import render_list, render_record
from archive.rest.serializers import SERIALIZERS
from archive.rest.writes import WriteViewSet


class CollectionView(WriteViewSet):
    """Reads by the compiled query (``reads``); writes by ``WriteViewSet``."""

    lookup_field = "slug"
    lookup_value_regex = "[^/]+"

    @property
    def serializer(self) -> Any:
        return SERIALIZERS[self.collection]

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise_stored_error(request.META)

    def get_renderers(self) -> Any:
        if self.action not in ("list", "retrieve"):
            return super().get_renderers()
        return formats.offered_renderers(self.collection, is_detail=self.action == "retrieve")

    def list(self, request: Any) -> HttpResponse:
        output_format, selection = self._parse_params()
        params = dict(request.query_params.lists())
        url = request.build_absolute_uri(request.path)
        default_order = output_format.default_order if output_format else ""
        query = parse_list_query(self.collection, params, selection, url, default_order)
        if output_format:
            return render_list(output_format, query, query.limit if "limit" in params else None, request)  # type: ignore[no-any-return]
        return etags.etag_response(request, list_json(query, request.user))

    def retrieve(self, request: Any, slug: str) -> HttpResponse:
        output_format, selection = self._parse_params(("fields", "include", "format", "bom"))
        record = detail_json(self.collection, slug, selection, request.user)
        if output_format:
            return render_record(output_format, self.collection, slug, selection, record, request)
        validator, content = record
        return etags.etag_response(request, content, validator)

    def history(self, request: Any, slug: str) -> Response:
        reject_unknown(list(request.query_params), [])
        record = self._record(slug)
        return etags.with_etag(request, Response({"results": revisions(record, request.user)}))

    def _parse_params(self, detail_params: tuple[str, ...] | None = None) -> tuple[Format | None, Selection]:
        """The format (None: JSON) and the selected fields. A detail view passes the names of all its parameters."""
        params = self.request.query_params
        if detail_params is not None:
            reject_unknown([name for name in params if name not in detail_params], list(detail_params))
        negotiated = self.request.accepted_renderer.format
        is_detail = detail_params is not None
        output_format = formats.requested_format(params, self.collection, is_detail, negotiated)
        fields, include = single_value(params, "fields") or "", single_value(params, "include") or ""
        if output_format and output_format.fixed_fields:
            paths = output_format.fixed_fields[self.collection]
            fields = ",".join(paths)
            include = ",".join(name for name in self.serializer.parts if name in paths)
        return output_format, parse_selection(self.serializer, fields, include)
