"""Refusal to migrate a database from before the first release."""

from __future__ import annotations

import pytest
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.recorder import MigrationRecorder

from archive.migrations_guard import refuse_unreleased_database

pytestmark = pytest.mark.django_db

PLAN = [(Migration("0001_initial", "archive"), False)]


def test_a_database_with_earlier_migrations_is_refused_with_the_remedy() -> None:
    MigrationRecorder(connection).record_applied("archive", "0028_sequences")
    with pytest.raises(CommandError, match=r"got migration 0028_sequences .* expected an empty database .*deploy.md"):
        refuse_unreleased_database("default", PLAN)


def test_an_empty_database_is_accepted() -> None:
    MigrationRecorder(connection).migration_qs.filter(app="archive").delete()
    refuse_unreleased_database("default", PLAN)


def test_a_database_of_this_version_is_accepted() -> None:
    refuse_unreleased_database("default", [(Migration("0003_later", "archive"), False)])
