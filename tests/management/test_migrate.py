"""Refusal to migrate a database that another version has made."""

from __future__ import annotations

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from archive.migrations_guard import refuse_unknown_migrations

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["0004_name_trigrams", "0028_sequences"])
def test_a_database_with_migrations_of_another_version_is_refused_with_the_remedy(name: str) -> None:
    MigrationRecorder(connection).record_applied("archive", name)
    with pytest.raises(CommandError, match=rf"got migration {name} .* expected an empty database .*deploy.md"):
        refuse_unknown_migrations("default")


def test_an_empty_database_is_accepted() -> None:
    MigrationRecorder(connection).migration_qs.filter(app="archive").delete()
    refuse_unknown_migrations("default")


def test_a_database_of_this_version_is_accepted() -> None:
    refuse_unknown_migrations("default")
