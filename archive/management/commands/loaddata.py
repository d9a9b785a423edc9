"""Django's ``loaddata`` with errors in one line: where, got, expected. Nothing is loaded when one record is wrong."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError
from django.core.management.commands.loaddata import Command as LoadData
from django.core.serializers.base import DeserializationError
from django.db import DatabaseError, transaction


class Command(LoadData):
    def handle(self, *labels: Any, **options: Any) -> Any:
        try:
            with transaction.atomic(using=options["database"]):
                return super().handle(*labels, **options)
        except (DeserializationError, ValidationError, DatabaseError, ValueError) as error:
            told = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
            raise CommandError(f"Nothing was loaded from {', '.join(labels)}. {told}") from error
