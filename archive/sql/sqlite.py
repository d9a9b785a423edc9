"""SQL functions for base64, which SQLite lacks, registered on each connection."""

from __future__ import annotations

from base64 import b64encode, urlsafe_b64encode

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from django.dispatch import receiver


def base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def cursor(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


@receiver(connection_created, dispatch_uid="archive.sql.sqlite")
def add_functions(connection: BaseDatabaseWrapper, **kwargs: object) -> None:
    if connection.vendor == "sqlite":
        connection.connection.create_function("chancery_base64", 1, base64, deterministic=True)
        connection.connection.create_function("chancery_cursor", 1, cursor, deterministic=True)
