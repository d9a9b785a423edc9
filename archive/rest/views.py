"""The viewset of a collection: list, detail and history; ``urls`` makes a subclass for each collection."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from rest_framework.response import Response

from archive import pagination
from archive.cache.store import raise_stored_error
from archive.exceptions import Problem
from archive.filters import FILTERSETS
from archive.rest import etags
from archive.rest.errors import ProblemError
from archive.rest.history import revisions
from archive.rest.query_params import Selection, parse_selection, reject_unknown, reject_unknown_filters, single_value
from archive.rest.reads import ListQuery, detail_json, list_json, parse_list_query
from archive.rest.renderers import formats
from archive.rest.renderers.formats import Format
from archive.rest.renderers.render import render_list, render_record
from archive.rest.serializers import SERIALIZERS
from archive.rest.writes import WriteViewSet
from archive.sql.suggestions import suggest_slugs
from archive.visibility import prefetch_visible


class CollectionView(WriteViewSet):
    """Reads by the compiled query (``reads``), and by the ORM when a parameter is invalid. Writes: ``writes``."""

    collection: ClassVar[str] = ""
    model: ClassVar[Any] = None
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

    def list(self, request: Any) -> Response:
        output_format, selection = self._parse_params()
        params = dict(request.query_params.lists())
        url = request.build_absolute_uri(request.path)
        default_order = output_format.default_order if output_format else ""
        query = parse_list_query(self.collection, params, selection, url, default_order)
        if output_format:
            response = render_list(output_format, query, query.limit if "limit" in params else None, request)
            return response or self._reject_query(query)
        if (content := list_json(query, request.user)) is not None:
            return etags.etag_response(request, content)
        return self._list_by_orm(request, query)

    def _reject_query(self, query: ListQuery) -> NoReturn:
        """Raises ArchiveError with the problems of an invalid query."""
        filterset = FILTERSETS[self.collection](query.filters, self.request.user)
        reject_unknown_filters(filterset)
        filterset.result()
        pagination.decode_cursor(self.collection, filterset.order, query.cursor)
        raise ProblemError(409, "The archive was changed while it was asked: ask again.")

    def _list_by_orm(self, request: Any, query: ListQuery) -> Response:
        """The same list by the ORM. Raises ArchiveError for an invalid query; tests compare its response."""
        filterset = FILTERSETS[self.collection](query.filters, request.user)
        reject_unknown_filters(filterset)
        rows, order = filterset.result(), filterset.order
        page = self._page(rows, order, query)
        has_next, has_previous = page.has_next and page.rows, page.has_previous and page.rows
        content = {
            "count": rows.count() if query.has_count else None,
            "next": _page_link(query, order, page.rows[-1]) if has_next else None,
            "previous": _page_link(query, order, page.rows[0], "-") if has_previous else None,
            "results": [query.selection.prune(row) for row in self._fetch(page.rows, query.selection)],
        }
        return etags.with_etag(request, Response(content))

    def retrieve(self, request: Any, slug: str) -> Response:
        output_format, selection = self._parse_params(("fields", "include", "format", "bom"))
        record = detail_json(self.collection, slug, selection, request.user)
        if output_format:
            return render_record(
                output_format, self.collection, slug, selection, record or self._raise_not_found(slug), request
            )
        if record is not None:
            validator, content = record
            return etags.etag_response(request, content, validator)
        return self._detail_by_orm(request, slug, selection)

    def _detail_by_orm(self, request: Any, slug: str, selection: Selection) -> Response:
        record = self._record(slug)
        [row] = self._fetch([record], selection)
        return etags.with_etag(request, Response(selection.prune(row)), etags.validator_of(record, request.user))

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

    def _page(self, rows: Any, order: pagination.Order, query: ListQuery) -> pagination.Page:
        rows = rows.select_related("statement") if order[0][0].startswith("statement__") else rows
        if not query.cursor:
            return pagination.page(rows, order, query.limit)
        backward = query.cursor.startswith("-")
        position = pagination.decode_cursor(self.collection, order, query.cursor.removeprefix("-"))
        if backward:
            return pagination.page(rows, order, query.limit, before=position, backward=True)
        return pagination.page(rows, order, query.limit, after=position)

    def _fetch(self, rows: list[Any], selection: Selection) -> Any:
        only = selection.top
        prefetch_visible(rows, self.request.user, *self.serializer.prefetch_paths(only, selection.include))
        context = {"request": self.request}
        return [self.serializer(row, only=only, include=selection.include, context=context).data for row in rows]

    def _record(self, slug: str) -> Any:
        visible = self.model.objects.visible_to(self.request.user)
        record = visible.filter(slug=slug).first() if "\x00" not in slug else None
        return record or self._raise_not_found(slug)

    def _raise_not_found(self, slug: str) -> NoReturn:
        visible = self.model.objects.visible_to(self.request.user)
        shown = slug[:120].replace("\x00", "\\x00")
        suggestion = ", ".join(suggest_slugs(visible, slug.replace("\x00", "")))
        kind = self.model._meta.verbose_name
        hint = f" Did you mean {suggestion}?" if suggestion else ""
        raise ProblemError(
            404,
            f"There is no {kind} '{shown}'.{hint}",
            [Problem("slug", shown, f"the slug of a known {kind}", suggestion)],
        )


def _page_link(query: ListQuery, order: pagination.Order, row: Any, mark: str = "") -> str:
    return query.link + mark + pagination.encode_cursor(query.collection, order, row)
