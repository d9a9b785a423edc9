"""The refusal to migrate databases from before 0.1.0, whose migrations were replaced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder


def refuse_unreleased_database(using: str = "default", plan: Sequence[Any] = (), **kwargs: object) -> None:
    """Receiver of ``pre_migrate`` that refuses to create the tables in a database from before the first release.

    Raises CommandError, before anything is changed.
    """
    if not any((migration.app_label, migration.name) == ("archive", "0001_initial") for migration, _ in plan):
        return
    connection = connections[using]
    applied = sorted(name for app, name in MigrationRecorder(connection).applied_migrations() if app == "archive")
    if applied:
        raise CommandError(
            f"Database '{connection.settings_dict['NAME']}': got migration {applied[-1]} of a version before 0.1.0, "
            "expected an empty database or one of 0.1.0 or later. Export it with the code that made it and load "
            "the export into a new database (docs/guide/deploy.md, Update). Nothing was changed."
        )
