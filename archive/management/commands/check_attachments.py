"""Compare attached files with what is stored of them. Exit code 0: all are there and unchanged; 1: some are not."""

from __future__ import annotations

import sys

from django.core.management.base import BaseCommand, CommandParser

from archive.attachments.checking import check, of_deleted_sources, remove_orphans


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--remove-orphans", action="store_true", help="Remove files of no attachment that are older than a day."
        )
        parser.add_argument(
            "--forget-deleted",
            action="store_true",
            help="Remove attachments of deleted sources, which would come back with them.",
        )

    def handle(self, *args: object, **options: object) -> None:
        if options["forget_deleted"]:
            forgotten, _ = of_deleted_sources().delete()
            self.stdout.write(f"{forgotten:,} attachments of deleted sources removed.")
        report = check()
        for error in report.errors:
            self.stderr.write(error)
        self.stdout.write(f"{report.checked:,} attachments: {len(report.errors):,} missing or changed.")
        if report.of_deleted:
            self.stdout.write(f"{report.of_deleted:,} of them are of deleted sources, and come back with these.")
        if options["remove_orphans"]:
            self.stdout.write(f"{remove_orphans(report.orphans):,} files of no attachment removed.")
        elif report.orphans:
            self.stdout.write(f"{len(report.orphans):,} files of no attachment; --remove-orphans removes them.")
        if report.errors:
            sys.exit(1)
