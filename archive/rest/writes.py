"""Writes of a collection: create, change, delete, each through the model's own checks and in one transaction."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.core.exceptions import ValidationError as InvalidRecord
from django.db import transaction
from rest_framework import viewsets
from rest_framework.response import Response

from archive.choices import Status
from archive.models import Statement
from archive.permissions import PARENT_PATHS, may_write
from archive.rest import etags, selection
from archive.rest.bodies import checked
from archive.rest.explained import of_invalid
from archive.rest.idempotency import answered_once
from archive.rest.parameters import refuse
from archive.rest.permissions import NO_EDITOR
from archive.rest.problems import Problem, Refused
from archive.revisions.state import differs_from_stored

_LONGEST_REASON = 500


class WriteViews(viewsets.ViewSet):
    """What ``CollectionView`` does beside reading."""

    @transaction.atomic
    def create(self, request: Any) -> Any:
        refuse(list(request.query_params), [])
        return answered_once(request, lambda: self._create(request))

    def _create(self, request: Any) -> Response:
        record = self._save(request, None, partial=False)
        response = self._written(request, record, 201)
        response["Location"] = request.build_absolute_uri(f"{request.path}{record.slug}/")
        return response

    @transaction.atomic
    def update(self, request: Any, slug: str, partial: bool = False) -> Response:
        record = self._save(request, self._for_writing(request, slug), partial=partial)
        return self._written(request, record, 200)

    def partial_update(self, request: Any, slug: str) -> Response:
        return self.update(request, slug, partial=True)

    @transaction.atomic
    def destroy(self, request: Any, slug: str) -> Response:
        record = self._for_writing(request, slug)
        record._change_reason = _reason(request)
        record.delete()
        return Response(status=204)

    def _written(self, request: Any, record: Any, status: int) -> Response:
        [body] = self._fetch([record], selection.Selection(None, ()))
        return etags.answer(request, Response(body, status=status), etags.lock_of(record, request.user))

    def _for_writing(self, request: Any, slug: str) -> Any:
        """The record, locked. Refuses who may not change it, and who does not know its newest version."""
        refuse(list(request.query_params), [])
        key = self._record(slug).pk
        record = self.model.objects.select_for_update().filter(pk=key).first() or self._record(slug)
        self.check_object_permissions(request, record)
        etags.require_match(request, record)
        return record

    def _save(self, request: Any, record: Any, partial: bool) -> Any:
        """The record with the body's values, stored. Raises Refused, ArchiveError."""
        values = checked(self, request, record, partial)
        links = {name: values.pop(name) for name in list(values) if self.model._meta.get_field(name).many_to_many}
        is_new = record is None
        record = record or self.model()
        record._change_reason = _reason(request)
        for name, value in values.items():
            setattr(record, name, value)
        if not may_write(request.user, record):
            raise Refused(403, NO_EDITOR, [_not_theirs(record)])
        lacks_links = isinstance(record, Statement) and not is_new and record.lacks_capacities()
        if not is_new and not lacks_links and not differs_from_stored(record, links):
            return record
        try:
            self._store(record, links)
        except InvalidRecord as error:
            raise Refused(400, *of_invalid(error, record)) from error
        return self.model.objects.get(pk=record.pk)

    def _store(self, record: Any, links: dict[str, Any]) -> None:
        record.derive()
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


def _not_theirs(record: Any) -> Problem:
    """What makes the record one for editors: its own status, or whose part it is."""
    if hasattr(record, "status"):
        return Problem("status", record.status, "draft or review")
    names = [path.partition("__")[0] for path in PARENT_PATHS[type(record)]]
    owner = next(name for name in names if getattr(record, f"{name}_id") is not None)
    return Problem(owner, str(getattr(record, owner).slug), "one that is in draft or review")


def _reason(request: Any) -> str | None:
    """Why, as the header says it. Servers hand headers over as Latin-1; what is UTF-8 is read as such."""
    given = str(request.META.get("HTTP_X_CHANGE_REASON", ""))
    with suppress(UnicodeError):
        given = given.encode("latin-1").decode("utf-8")
    return given.strip()[:_LONGEST_REASON] or None
