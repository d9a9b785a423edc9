"""Write ``archive/graphql/schema.graphql``, the GraphQL schema in SDL."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from archive.graphql.schema import schema

PATH = Path(settings.BASE_DIR) / "archive/graphql/schema.graphql"


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: object, **options: object) -> None:
        PATH.write_text(f"{schema}\n", encoding="utf-8")
        self.stdout.write(f"Wrote {PATH.relative_to(settings.BASE_DIR)}.")
