"""Write ``docs/reference/data-model.md`` from the models, or check with ``--check`` that it is up to date."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive.data_dictionary import render

PATH = Path(settings.BASE_DIR) / "docs/reference/data-model.md"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="Write nothing; fail when the file differs.")

    def handle(self, *args: object, **options: object) -> None:
        name, content = PATH.relative_to(settings.BASE_DIR), render()
        if options["check"]:
            if not PATH.exists() or PATH.read_text(encoding="utf-8") != content:
                raise CommandError(f"{name} differs from the models. Run: make dictionary")
            self.stdout.write(f"{name} is up to date.")
            return
        PATH.parent.mkdir(parents=True, exist_ok=True)
        PATH.write_text(content, encoding="utf-8")
        self.stdout.write(f"Wrote {name}.")
