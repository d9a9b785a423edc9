"""``manage.py timeline_summary``: compares the timeline's summary with the records, or rebuilds it."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive.cache.timeline_summary import differences, rebuild
from archive.management.arguments import add_database_option


class Command(BaseCommand):
    help = "Compares the timeline's summary with the records, or rebuilds it. Triggers keep it; this is for repairs."

    def add_arguments(self, parser: CommandParser) -> None:
        action = parser.add_mutually_exclusive_group(required=True)
        action.add_argument("--check", action="store_true", help="Count wrong entries and cells; then exit with 1.")
        action.add_argument("--rebuild", action="store_true", help="Summarize all records again.")
        add_database_option(parser, "The alias of the database.")

    def handle(self, *args: object, **options: Any) -> None:
        if options["rebuild"]:
            rebuild(options["database"])
            self.stdout.write("The timeline's summary is rebuilt.")
            return
        entries, cells = differences(options["database"])
        if entries or cells:
            raise CommandError(
                f"The timeline's summary: got {entries} wrong entries and {cells} wrong cells, expected none. "
                "Run timeline_summary --rebuild."
            )
        self.stdout.write("The timeline's summary is right.")
