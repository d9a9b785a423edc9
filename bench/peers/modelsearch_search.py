"""modelsearch's database backend on the rows of ``bench.search``: ``python modelsearch_search.py URL ROWS``.

Prints medians as JSON. On PostgreSQL the tables get a schema of their own, on SQLite a file of their own.
"""

import json
import sys
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

import django
from django.conf import settings

_URL, _ROWS = sys.argv[1:]
_PARTS = urlsplit(_URL)
_IS_POSTGRESQL = _PARTS.scheme.startswith("postgres")
if _IS_POSTGRESQL:
    _DATABASE = {
        "ENGINE": "django.db.backends.postgresql", "NAME": _PARTS.path[1:], "USER": _PARTS.username or "",
        "HOST": _PARTS.hostname, "PORT": _PARTS.port or 5432, "PASSWORD": _PARTS.password or "",
        "OPTIONS": {"options": "-c search_path=modelsearch_peer"},
    }  # fmt: skip
else:
    _DATABASE = {"ENGINE": "django.db.backends.sqlite3", "NAME": _PARTS.path + ".modelsearch"}
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "modelsearch", "__main__"],
    DATABASES={"default": _DATABASE},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
)


def _create_schema() -> None:
    import psycopg

    with psycopg.connect(_URL.replace("postgres://", "postgresql://"), autocommit=True) as connection:
        connection.execute("CREATE SCHEMA IF NOT EXISTS modelsearch_peer")


if _IS_POSTGRESQL:
    _create_schema()
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from modelsearch import index  # noqa: E402
from modelsearch.backends import get_search_backend  # noqa: E402


class Statement(index.Indexed, models.Model):
    name = models.CharField(max_length=250)
    summary = models.TextField()
    text = models.TextField()
    search_fields = [index.SearchField("name", boost=2), index.SearchField("summary"), index.SearchField("text")]

    class Meta:
        app_label = "__main__"

    def __str__(self):
        return self.name


if _IS_POSTGRESQL:
    from modelsearch.models import IndexEntry

    IndexEntry.add_generic_relations()  # which its app did before this module's model was there


def _fill() -> None:
    call_command("migrate", verbosity=0)
    if Statement._meta.db_table in connection.introspection.table_names():
        return
    with connection.schema_editor() as editor:
        editor.create_model(Statement)
    with Path(_ROWS).open() as file:
        while lines := list(islice(file, 5_000)):
            rows = (dict(zip(("name", "summary", "text"), json.loads(line), strict=True)) for line in lines)
            Statement.objects.bulk_create(Statement(**row) for row in rows)
    call_command("rebuild_modelsearch_index", verbosity=0)
    if _IS_POSTGRESQL:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def _median(text: str) -> float:
    times = []
    for _ in range(6):
        began = perf_counter()
        list(get_search_backend().search(text, Statement)[:20])
        times.append((perf_counter() - began) * 1_000)
    return median(times[1:])


_fill()
_QUERIES = {
    "a selective word, ranked": "xenon", "two common words, ranked": "embargo moratorium",
    "a common word, ranked": "embargo", "a word in half the statements, ranked": "moratorium",
    "a word that is nowhere": "zzyzx",
}  # fmt: skip
print(json.dumps({name: _median(text) for name, text in _QUERIES.items()}))
