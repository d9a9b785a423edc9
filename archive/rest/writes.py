"""Writes of a collection: POST, PUT, PATCH and DELETE, each validated by the model and in one transaction."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any, ClassVar

from django.core.exceptions import ValidationError as InvalidRecord
from django.db import transaction
from django.db.models import ProtectedError
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from archive.choices import Status
from archive.exceptions import Problem
from archive.models import Statement
from archive.models.base import Record
from archive.permissions import PARENT_PATHS, may_write
from archive.rest import etags
from archive.rest.auth import EDITORS_ONLY
from archive.rest.errors import ProblemError, from_validation_error
from archive.rest.idempotency import run_once
from archive.rest.query_params import Selection, reject_unknown
from archive.rest.reads import detail_json, not_found
from archive.rest.validation import validated_data
from archive.revisions.state import differs_from_stored, rows_linking_to
from archive.sql.slugs import find_by_slug
from archive.workflow import findings
from archive.workflow.steps import after_saving

_MAX_REASON = 500


class WriteViewSet(viewsets.ViewSet):
    """The writing half of ``CollectionView``."""

    collection: ClassVar[str] = ""
    model: ClassVar[Any] = None

    @transaction.atomic
    def create(self, request: Request) -> Any:
        reject_unknown(list(request.query_params), [])
        return run_once(request, lambda: self._create(request))

    def _create(self, request: Request) -> Response:
        record = self._save(request, None, partial=False)
        response = self._written(request, record, 201)
        response["Location"] = request.build_absolute_uri(f"{request.path}{record.slug}/")
        return response

    @transaction.atomic
    def update(self, request: Request, slug: str, partial: bool = False) -> Response:
        record = self._save(request, self._for_writing(request, slug), partial=partial)
        return self._written(request, record, 200)

    def partial_update(self, request: Request, slug: str) -> Response:
        return self.update(request, slug, partial=True)

    @transaction.atomic
    def destroy(self, request: Request, slug: str) -> Response:
        record = self._for_writing(request, slug)
        record._change_reason = _change_reason(request)
        _require_no_links_to(record)
        record.delete()
        return Response(status=204)

    def _written(self, request: Request, record: Record, status: int) -> Response:
        validator, content = detail_json(self.collection, record.slug, Selection(None, ()), request.user)
        return etags.with_etag(request, Response(json.loads(content), status=status), validator)

    def _record(self, slug: str) -> Any:
        """The visible record. Raises ProblemError."""
        record = find_by_slug(self.model._default_manager.visible_to(self.request.user), slug)
        if record is None:
            raise not_found(self.model, slug, self.request.user)
        return record

    def _for_writing(self, request: Request, slug: str) -> Any:
        """The record, locked for update. Raises ProblemError without the permission or the current ETag."""
        reject_unknown(list(request.query_params), [])
        key = self._record(slug).pk
        record = self.model.objects.select_for_update().filter(pk=key).first() or self._record(slug)
        self.check_object_permissions(request, record)
        etags.require_if_match(request, record)
        return record

    def _save(self, request: Request, record: Record | None, partial: bool) -> Any:
        """The record, stored with the values of the request body. Raises ProblemError and ArchiveError."""
        values = validated_data(self, request, record, partial)
        links = {name: values.pop(name) for name in list(values) if self.model._meta.get_field(name).many_to_many}
        is_new = record is None
        before = getattr(record, "status", Status.DRAFT)
        record = record or self.model()
        record._change_reason = _change_reason(request)
        for name, value in values.items():
            setattr(record, name, value)
        if not may_write(request.user, record):
            raise ProblemError(403, EDITORS_ONLY, [_forbidden_value(record)])
        lacks_links = isinstance(record, Statement) and not is_new and record.lacks_capacities()
        if not is_new and not lacks_links and not differs_from_stored(record, links):
            return record
        try:
            self._store(record, links)
        except InvalidRecord as error:
            raise ProblemError(400, *from_validation_error(error, record)) from error
        if hasattr(record, "status"):
            after_saving(record, before, request.user)
        findings.store(record, request.user)
        return self.model.objects.get(pk=record.pk)

    def _store(self, record: Record, links: dict[str, Any]) -> None:
        record.set_derived_fields()
        if isinstance(record, Statement):
            record.new_capacities = links.get("capacities")
        record.full_clean()
        record.save()
        for name, linked in links.items():
            try:
                getattr(record, name).set(linked)
            except InvalidRecord as error:
                raise InvalidRecord({name: error.error_list}) from error
        if isinstance(record, Statement):
            record.new_capacities = None
            record.check_links()
            record.fill_capacities()
        if getattr(record, "status", "") == Status.PUBLISHED:
            record.check_publishable()


def _require_no_links_to(record: Record) -> None:
    """Raises ProtectedError, as for foreign keys, if many-to-many links of other records lead to the record."""
    if linking := rows_linking_to([record]):
        raise ProtectedError("Other records have links to this one.", set(linking))


def _forbidden_value(record: object) -> Problem:
    """The problem of a record that only editors may write: its status, or the published record that it is part of."""
    if hasattr(record, "status"):
        return Problem("status", record.status, "draft or review")
    names = [path.partition("__")[0] for path in PARENT_PATHS[type(record)]]
    owner = next(name for name in names if getattr(record, f"{name}_id") is not None)
    return Problem(owner, str(getattr(record, owner).slug), "one that is in draft or review")


def _change_reason(request: Request) -> str | None:
    """The text of X-Change-Reason. WSGI decodes headers as Latin-1; UTF-8 is decoded again."""
    text = str(request.META.get("HTTP_X_CHANGE_REASON", ""))
    with suppress(UnicodeError):
        text = text.encode("latin-1").decode("utf-8")
    return text.strip()[:_MAX_REASON] or None
