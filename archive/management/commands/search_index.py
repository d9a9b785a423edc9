"""``manage.py search_index``: compares the full-text index with the records, or rebuilds it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive.cache.search_index import differences, rebuild
from archive.management.arguments import add_database_option

_LISTED = 5


class Command(BaseCommand):
    help = "Compares the full-text index with the records, or rebuilds it. Triggers keep it; this is for repairs."

    def add_arguments(self, parser: CommandParser) -> None:
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument("--check", action="store_true", help="List records whose entry is wrong; then exit with 1.")
        action.add_argument("--rebuild", action="store_true", help="Index all records again.")
        add_database_option(parser, "The alias of the database.")

    def handle(self, *args: object, **options: Any) -> None:
        if options["rebuild"]:
            rebuild(options["database"])
            self.stdout.write("The search index is rebuilt.")
            return
        wrong = differences(options["database"])
        if not wrong:
            self.stdout.write("The search index is right.")
            return
        lines = [
            f"{kind or 'entries of no record'}: {len(ids)} wrong, ids {', '.join(map(str, ids[:_LISTED]))}"
            + (" ..." if len(ids) > _LISTED else "")
            for kind, ids in sorted(wrong.items())
        ]
        raise CommandError("\n".join([*lines, "Run search_index --rebuild."]))
