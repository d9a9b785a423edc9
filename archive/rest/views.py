"""The views of a collection: list, detail, revisions. One class, made once per record."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db.models import prefetch_related_objects
from rest_framework.response import Response

from archive import pagination
from archive.cache.store import raise_stored_error
from archive.exceptions import Problem
from archive.filters import FILTERSETS
from archive.rest import etags, query_params
from archive.rest.errors import ProblemError
from archive.rest.history import revisions
from archive.rest.query_params import reject_unknown, reject_unknown_filters, single_value
from archive.rest.reads import ListQuery, detail_json, list_json, parse_list_query
from archive.rest.renderers import formats
from archive.rest.renderers.formats import Format
from archive.rest.renderers.render import render_list, render_record
from archive.rest.serializers import SERIALIZERS
from archive.rest.writes import WriteViewSet
from archive.sql.suggestions import suggest_slugs


class CollectionView(WriteViewSet):
    """Reads go ask -> filter -> page -> answer."""

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
        return formats.offered_renderers(self.collection, of_record=self.action == "retrieve")

    def list(self, request: Any) -> Response:
        form, chosen = self._selection()
        asked = dict(request.query_params.lists())
        place = request.build_absolute_uri(request.path)
        question = parse_list_query(self.collection, asked, chosen, place, form.order if form else "")
        if form:
            response = render_list(form, question, question.limit if "limit" in asked else None, request)
            return response or self._refused_list(question)
        if (body := list_json(question, request.user)) is not None:
            return etags.etag_response(request, body)
        return self._usual_list(request, question)

    def _refused_list(self, question: ListQuery) -> NoReturn:
        """Say what is wrong with a question. Raises ArchiveError."""
        filterset = FILTERSETS[self.collection](question.filters, self.request.user)
        reject_unknown_filters(filterset)
        filterset.result()
        pagination.decode_cursor(self.collection, filterset.order, question.cursor)
        raise ProblemError(409, "The archive was changed while it was asked: ask again.")

    def _usual_list(self, request: Any, question: ListQuery) -> Response:
        """The same by Django's own records: it says what is wrong, and tests compare."""
        filterset = FILTERSETS[self.collection](question.filters, request.user)
        reject_unknown_filters(filterset)
        rows, order = filterset.result(), filterset.order
        page = self._page(rows, order, question)
        has_next, has_previous = page.has_next and page.rows, page.has_previous and page.rows
        body = {
            "count": rows.count() if question.counted else None,
            "next": _page_link(question, order, page.rows[-1]) if has_next else None,
            "previous": _page_link(question, order, page.rows[0], "-") if has_previous else None,
            "results": [question.chosen.prune(row) for row in self._fetch(page.rows, question.chosen)],
        }
        return etags.with_etag(request, Response(body))

    def retrieve(self, request: Any, slug: str) -> Response:
        form, chosen = self._selection(("fields", "include", "format", "bom"))
        found = detail_json(self.collection, slug, chosen, request.user)
        if form:
            return render_record(form, self.collection, slug, chosen, found or self._missing(slug), request)
        if found is not None:
            return etags.etag_response(request, found[1], found[0])
        return self._usual_detail(request, slug, chosen)

    def _usual_detail(self, request: Any, slug: str, chosen: query_params.Selection) -> Response:
        record = self._record(slug)
        [body] = self._fetch([record], chosen)
        return etags.with_etag(request, Response(chosen.prune(body)), etags.validator_of(record, request.user))

    def history(self, request: Any, slug: str) -> Response:
        reject_unknown(list(request.query_params), [])
        record = self._record(slug)
        return etags.with_etag(request, Response({"results": revisions(record, request.user)}))

    def _selection(self, own: tuple[str, ...] | None = None) -> tuple[Format | None, query_params.Selection]:
        """The format, if it is not JSON, and what is to be shown; of a record where ``own`` lists all parameters."""
        asked = self.request.query_params
        if own is not None:
            reject_unknown([name for name in asked if name not in own], list(own))
        negotiated = self.request.accepted_renderer.format
        form = formats.requested_format(asked, self.collection, own is not None, negotiated)
        fields, include = single_value(asked, "fields") or "", single_value(asked, "include") or ""
        if form and form.made_of:
            paths = form.made_of[self.collection]
            fields = ",".join(paths)
            include = ",".join(name for name in self.serializer.parts if name in paths)
        return form, query_params.parse_selection(self.serializer, fields, include)

    def _page(self, rows: Any, order: pagination.Order, question: ListQuery) -> pagination.Page:
        rows = rows.select_related("statement") if order[0][0].startswith("statement__") else rows
        if not question.cursor:
            return pagination.page(rows, order, question.limit)
        backward = question.cursor.startswith("-")
        place = pagination.decode_cursor(self.collection, order, question.cursor.removeprefix("-"))
        if backward:
            return pagination.page(rows, order, question.limit, before=place, backward=True)
        return pagination.page(rows, order, question.limit, after=place)

    def _fetch(self, rows: list[Any], chosen: query_params.Selection) -> Any:
        only = chosen.top
        prefetch_related_objects(rows, *self.serializer.prefetches(self.request.user, only, chosen.include))
        context = {"request": self.request}
        return [self.serializer(row, only=only, include=chosen.include, context=context).data for row in rows]

    def _record(self, slug: str) -> Any:
        visible = self.model.objects.visible_to(self.request.user)
        record = visible.filter(slug=slug).first() if "\x00" not in slug else None
        return record or self._missing(slug)

    def _missing(self, slug: str) -> NoReturn:
        visible = self.model.objects.visible_to(self.request.user)
        shown = slug[:120].replace("\x00", "\\x00")
        near = ", ".join(suggest_slugs(visible, slug.replace("\x00", "")))
        kind = self.model._meta.verbose_name
        hint = f" Did you mean {near}?" if near else ""
        raise ProblemError(
            404, f"There is no {kind} '{shown}'.{hint}", [Problem("slug", shown, f"the slug of a known {kind}", near)]
        )


def _page_link(question: ListQuery, order: pagination.Order, row: Any, mark: str = "") -> str:
    return question.link + mark + pagination.encode_cursor(question.collection, order, row)
