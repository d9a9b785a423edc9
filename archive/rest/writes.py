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
from archive.exceptions import ArchiveError, Problem
from archive.models import Statement
from archive.models.base import Record
from archive.permissions import PARENT_PATHS, may_write
from archive.rest import etags
from archive.rest.auth import EDITORS_ONLY
from archive.rest.errors import ProblemError, from_serializer, from_validation_error
from archive.rest.idempotency import run_once
from archive.rest.query_params import Selection, reject_unknown
from archive.rest.reads import detail_json, not_found
from archive.rest.serializers import ArchiveSerializer
from archive.revisions.state import differs_from_stored, rows_linking_to
from archive.text import closest_match
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
        visible = self.model._default_manager.visible_to(self.request.user)
        record = visible.filter(slug=slug).first() if "\x00" not in slug else None
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
        record.full_clean()
        record.save()
        for name, linked in links.items():
            try:
                getattr(record, name).set(linked)
            except InvalidRecord as error:
                raise InvalidRecord({name: error.error_list}) from error
        if isinstance(record, Statement):
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


#: Fields that a PUT without them leaves unchanged: a missing status must not unpublish, and slugs never change.
_UNCHANGED_BY_PUT = ("status", "slug")


def validated_data(view: Any, request: Request, record: Record | None, partial: bool) -> dict[str, Any]:
    """The validated values of the request body by field. Raises ProblemError and ArchiveError."""
    data = _payload(request)
    serializer = view.serializer(record, data=data, partial=partial, context={"request": request})
    writable = [name for name, field in serializer.fields.items() if not field.read_only]
    problems = [_unknown_field(name, writable) for name in data if name not in serializer.fields]
    problems += _read_only_problems(
        view, request, record, {name: data[name] for name in serializer.fields if name in data}, writable
    )
    if problems:
        raise ArchiveError(problems)
    if not serializer.is_valid():
        raise ArchiveError(from_serializer(serializer, data))
    values = dict(serializer.validated_data)
    if record is not None and not partial:
        values |= {
            name: _default(view.model, name) for name in writable if name not in data and name not in _UNCHANGED_BY_PUT
        }
    return values


def _payload(request: Request) -> dict[str, Any]:
    if "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower() and not request.META.get("CONTENT_LENGTH"):
        raise ProblemError(
            411, "Send the body with its Content-Length.", [Problem("Content-Length", "none", "a number")]
        )
    if not isinstance(request.data, dict):
        kind = {"list": "an array", "str": "a string", "NoneType": "null"}.get(type(request.data).__name__, "a value")
        raise ArchiveError([Problem("body", kind, "a JSON object")])
    return dict(request.data)


def _unknown_field(name: str, writable: list[str]) -> Problem:
    return Problem(name[:64], name[:64], f"a field: {', '.join(writable)}", closest_match(name, writable))


def _read_only_problems(
    view: Any, request: Request, record: Record | None, data: dict[str, Any], writable: list[str]
) -> list[Problem]:
    """The problems of read-only fields. Their current values are accepted, so that a response can be sent back."""
    read_only = {name: value for name, value in data.items() if name not in writable}
    if not read_only:
        return []
    current: dict[str, Any] = {}
    if record is not None:
        current = json.loads(detail_json(view.collection, record.slug, Selection(None, ()), request.user)[1])
    return [
        Problem(name, str(value)[:120], _write_instead(view.serializer, name))
        for name, value in read_only.items()
        if name not in current or current[name] != value
    ]


def _write_instead(serializer: type[ArchiveSerializer], name: str) -> str:
    relations = serializer.sources.get(name)
    return f"it to be written as {' and '.join(relations)}" if relations else "it left out: the archive writes it"


def _default(model: Any, name: str) -> Any:
    """The default value of a model field."""
    field = model._meta.get_field(name)
    return [] if field.many_to_many else field.get_default()
