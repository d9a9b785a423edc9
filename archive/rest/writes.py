"""Writes of a collection: create, change, delete, each through the model's own checks and in one transaction."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from rest_framework import viewsets
from rest_framework.response import Response
from simple_history.utils import update_change_reason

from archive.choices import Status
from archive.exceptions import ArchiveError, Problem
from archive.models import Statement
from archive.querysets.access import PUBLISH, UNPUBLISHED
from archive.querysets.nearest import nearest_word
from archive.rest import etags, selection
from archive.rest.problems import Refused


class WriteViews(viewsets.ViewSet):
    """What ``CollectionView`` does beside reading."""

    @transaction.atomic
    def create(self, request: Any) -> Response:
        record = self._save(request, None, partial=False)
        [body] = self._fetch([record], selection.Selection(None, ()))
        return etags.answer(request, Response(body, status=201), record.version)

    @transaction.atomic
    def update(self, request: Any, slug: str, partial: bool = False) -> Response:
        record = self._for_writing(request, slug)
        record = self._save(request, record, partial=partial)
        [body] = self._fetch([record], selection.Selection(None, ()))
        return etags.answer(request, Response(body), record.version)

    def partial_update(self, request: Any, slug: str) -> Response:
        return self.update(request, slug, partial=True)

    @transaction.atomic
    def destroy(self, request: Any, slug: str) -> Response:
        self._for_writing(request, slug).delete()
        return Response(status=204)

    def _for_writing(self, request: Any, slug: str) -> Any:
        record = self._record(slug)
        self.check_object_permissions(request, record)
        record = self.model.objects.select_for_update().get(pk=record.pk)
        etags.require_match(request, record.version)
        return record

    def _save(self, request: Any, record: Any, partial: bool) -> Any:
        if not isinstance(request.data, dict):
            raise Refused(
                400, "The body is a JSON object.", [Problem("body", type(request.data).__name__, "a JSON object")]
            )
        self._refuse_fields(request.data)
        serializer = self.serializer(record, data=request.data, partial=partial, context={"request": request})
        serializer.is_valid(raise_exception=True)
        values = serializer.validated_data
        links = {name: values.pop(name) for name in list(values) if self.model._meta.get_field(name).many_to_many}
        record = record or self.model()
        for name, value in values.items():
            setattr(record, name, value)
        if not request.user.has_perm(PUBLISH) and getattr(record, "status", Status.DRAFT) not in UNPUBLISHED:
            raise Refused(403, "Publishing needs an editor.", [Problem("status", record.status, "draft or review")])
        record.derive()
        record.full_clean()
        record.save()
        for name, linked in links.items():
            getattr(record, name).set(linked)
        if isinstance(record, Statement):
            record.fill_capacities()
        if getattr(record, "status", "") == Status.PUBLISHED:
            record.check_publishable()
        if reason := request.META.get("HTTP_X_CHANGE_REASON", ""):
            update_change_reason(record, reason[:500])
        return self.model.objects.get(pk=record.pk)

    def _refuse_fields(self, data: dict[str, Any]) -> None:
        writable = [name for name, field in self.serializer().fields.items() if not field.read_only]
        unknown = [name for name in data if name not in self.serializer().fields]
        if unknown:
            raise ArchiveError(
                [
                    Problem(name[:64], name[:64], f"a field: {', '.join(writable)}", nearest_word(name, writable))
                    for name in unknown
                ]
            )
