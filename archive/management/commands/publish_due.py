"""Publish the records whose scheduled time has come. Exit code 0: all of them; 1: some were refused, each on a line."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from archive.workflow.schedule import publish_due


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: object, **options: Any) -> None:
        results = publish_due()
        refused = [due for due in results if due.errors]
        for due in results:
            if due.errors:
                self.stderr.write(f"{due.slug}: not published. {' '.join(due.errors)}")
            elif options["verbosity"] > 1:
                self.stdout.write(f"{due.slug}: published.")
        if options["verbosity"]:
            self.stdout.write(f"{len(results) - len(refused)} published, {len(refused)} refused.")
        if refused:
            sys.exit(1)
