"""The rows of the first dossier, read from the fixture once per process.

``loaddata`` checks every object and takes seconds; writing its rows again takes a tenth of one.
"""

from __future__ import annotations

import json
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import connection

from archive.models import PublicChange, PublicVersion

_keys: dict[str, str] = {}
_rows: dict[str, dict[str, Any]] = {}


def put_dossier() -> None:
    """Make the database hold what ``loaddata japan_south_korea`` gives, inside the test's transaction."""
    if not _rows:
        before = {model: _all(model) for model in _models()}
        call_command("loaddata", "japan_south_korea", verbosity=0)
        for model in _models():
            after = _all(model)
            assert before[model].keys() <= after.keys(), f"{model._meta.label}: the fixture removed seeded rows"
            _keys[model._meta.db_table] = model._meta.pk.column
            _rows[model._meta.db_table] = {pk: row for pk, row in after.items() if pk not in before[model]}
    else:
        with connection.cursor() as cursor:
            for table, rows in _rows.items():
                _write(cursor, table, list(rows.values()))
    analyze(*(model for model in _models() if _rows[model._meta.db_table]))


def analyze(*models: Any) -> None:
    """Tell PostgreSQL's planner of the rows: of an open transaction it would expect none, and read tables in loops."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(model._meta.db_table for model in models)}")


def _models() -> list[Any]:
    """All that the fixture can fill; the public version is raised by every write, the snapshot's too."""
    models = apps.get_app_config("archive").get_models(include_auto_created=True)
    return [model for model in models if model._meta.managed and model not in (PublicChange, PublicVersion)]


def _all(model: Any) -> dict[str, Any]:
    table, key = model._meta.db_table, model._meta.pk.column
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f'SELECT "{key}"::text, to_json(t)::text FROM "{table}" t')
            return dict(cursor.fetchall())
        cursor.execute(f'SELECT "{key}", * FROM "{table}"')
        return {str(row[0]): row[1:] for row in cursor.fetchall()}


def _write(cursor: Any, table: str, rows: list[Any]) -> None:
    if not rows:
        return
    if connection.vendor == "postgresql":
        records = json.dumps([json.loads(row) for row in rows])
        cursor.execute(f'INSERT INTO "{table}" SELECT * FROM json_populate_recordset(NULL::"{table}", %s)', [records])
        # A test that loads a fixture sets the sequences to what it loaded, and a rollback does not take that back.
        key = _keys[table]
        last = f'SELECT max("{key}") FROM "{table}"'
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), ({last}))")
    else:
        cursor.executemany(f'INSERT INTO "{table}" VALUES ({", ".join(["%s"] * len(rows[0]))})', rows)
