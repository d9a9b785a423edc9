"""Django's ``loaddata`` with errors in one line: where, got, expected. Nothing is loaded when one record is wrong."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.management.commands.loaddata import Command as LoadData
from django.core.serializers.base import DeserializationError, DeserializedObject
from django.db import DatabaseError, transaction

from archive.datasets.readers import fixture_errors
from archive.management.commands.dumpdata import is_left_out

_WRONG = (DeserializationError, ValidationError, DatabaseError, ValueError, TypeError)


class Command(LoadData):
    _label = ""
    _before = 0  # files read before this label's
    _file = 0  # the file being read, counted from 1
    _number = 0  # records of it that were saved

    def handle(self, *labels: Any, **options: Any) -> Any:
        try:
            with transaction.atomic(using=options["database"]):
                return super().handle(*labels, **options)
        except _WRONG as error:
            told = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise CommandError(f"Nothing was loaded from {', '.join(labels)}. {told}") from error

    def load_label(self, fixture_label: str) -> None:
        self._label, self._before, self._file = fixture_label, self.fixture_count, 0
        try:
            super().load_label(fixture_label)
        except _WRONG as error:
            read = self._number if self._file == self.fixture_count else 0
            raise self._nothing(fixture_errors.unreadable(self._path(), read + 1, _cause(error))) from error

    def save_obj(self, obj: Any) -> bool:
        if self._file != self.fixture_count:
            self._file, self._number = self.fixture_count, 0
        self._number += 1
        if is_left_out(type(obj.object)):
            return False  # the archive makes these rows itself, and older dumps have them under their old keys
        where = fixture_errors.place_of(self._path(), self._number, obj.object)
        for missing in fixture_errors.missing_links(obj, self.using, required=True):
            raise self._nothing(where + missing)
        try:
            saved = super().save_obj(obj)
        except _WRONG as error:
            raise self._nothing(where + fixture_errors.refused(obj.object, error)) from error
        obj.save_deferred_fields = partial(self._save_deferred, obj, where)
        return bool(saved)

    def _save_deferred(self, obj: Any, where: str, using: str) -> None:
        """What links to records that came later in the fixture."""
        for missing in fixture_errors.missing_links(obj, using, required=False):
            raise self._nothing(where + missing)
        try:
            DeserializedObject.save_deferred_fields(obj, using=using)
        except _WRONG as error:
            raise self._nothing(where + fixture_errors.refused(obj.object, error)) from error

    def _path(self) -> str:
        files = self.find_fixtures(self._label)
        return str(files[max(self.fixture_count - self._before, 1) - 1][0])

    def _nothing(self, sentence: str) -> CommandError:
        return CommandError(f"Nothing was loaded. {sentence}")


def _cause(error: BaseException) -> BaseException:
    """What Django's errors of reading wrap."""
    return error.__cause__ or error.__context__ or error
