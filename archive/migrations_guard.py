"""The refusal to migrate databases whose migrations this version does not have, such as those from before 0.1.0."""

from __future__ import annotations

from django.core.management.base import CommandError
from django.db import connections
from django.db.migrations.loader import MigrationLoader


def refuse_unknown_migrations(using: str = "default", **kwargs: object) -> None:
    """Receiver of ``pre_migrate`` that refuses a database to which migrations were applied that have no file here.

    Raises CommandError, before anything is changed.
    """
    connection = connections[using]
    loader = MigrationLoader(connection)
    unknown = sorted(
        name for app, name in loader.applied_migrations.keys() - loader.disk_migrations if app == "archive"
    )
    if unknown:
        raise CommandError(
            f"Database '{connection.settings_dict['NAME']}': got migration {unknown[-1]} of another version, expected "
            "an empty database or one that this version, or one before it since 0.1.0, has made. Export it with the "
            "code that made it and load the export into a new database (docs/guide/deploy.md, Update); delete the "
            "file of a demo. Nothing was changed."
        )
