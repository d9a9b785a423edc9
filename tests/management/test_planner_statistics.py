"""PostgreSQL analyzes small tables after few changes, a fixture or a load, without an administrator's doing."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from archive.models import Body, Statement
from archive.planner_statistics import analyze_after_few_changes
from tests.support.datasets import load_files

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


def _never_analyzed(*names: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relname = ANY(%s) AND reltuples < 0", [list(names)])
        return {name for (name,) in cursor.fetchall()}


def _rows_planned_with(table: str) -> float:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        [rows] = cursor.fetchone()
    return float(rows)


def test_a_fixture_is_analyzed_with_what_triggers_make_of_it() -> None:
    """Where autovacuum is off, and until it comes, a search among the first dossier took a minute."""
    call_command("loaddata", "japan_south_korea", verbosity=0)
    assert _rows_planned_with("archive_body") == Body.objects.count()
    assert _rows_planned_with("archive_statement_topics") == Statement.topics.through.objects.count()
    assert _never_analyzed("archive_event", "archive_addresseeindex", "archive_searchentry") == set()


def test_a_load_of_few_records_is_analyzed_if_they_are_many_of_their_table(tmp_path: Path) -> None:
    load_files(tmp_path, {"bodies.csv": "slug,name,kind\n" + "".join(f"b{n},B,company\n" for n in range(5))})
    assert _rows_planned_with("archive_body") == Body.objects.count()
    load_files(tmp_path, {"bodies.csv": "slug,name,kind\nb6,B,company\n"})
    assert _rows_planned_with("archive_body") < Body.objects.count()
