"""PostgreSQL analyzes a small table after few changes, without an administrator's doing."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from archive.planner_statistics import analyze_after_few_changes

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


def _options(condition: str = "TRUE") -> dict[str, list[str] | None]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, reloptions FROM pg_class WHERE relkind = 'r' AND relname LIKE 'archive\\_%' "
            f"AND {condition}"
        )
        return dict(cursor.fetchall())


def test_every_table_of_the_archive_is_analyzed_after_five_changes() -> None:
    tables = {model._meta.db_table for model in apps.get_app_config("archive").get_models(include_auto_created=True)}
    options = _options()
    assert len(tables & options.keys()) > 30
    assert {
        table for table in tables & options.keys() if "autovacuum_analyze_threshold=5" not in (options[table] or [])
    } == set()


def test_a_number_that_an_administrator_chose_stays() -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE archive_event SET (autovacuum_analyze_threshold = 700, fillfactor = 90)")
        cursor.execute("ALTER TABLE archive_topic RESET (autovacuum_analyze_threshold)")
    analyze_after_few_changes(apps.get_app_config("archive"))
    options = _options("relname IN ('archive_event', 'archive_topic')")
    assert sorted(options["archive_event"] or []) == ["autovacuum_analyze_threshold=700", "fillfactor=90"]
    assert options["archive_topic"] == ["autovacuum_analyze_threshold=5"]
