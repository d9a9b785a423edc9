"""Django's ``dumpdata`` without what has no table, or means nothing in another database."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.dumpdata import Command as DumpData

#: Permissions without a table; the count of changes to what the public reads here; uploads, whose files are here;
#: answers to retries.
_LEFT_OUT = (
    "archive.draftaccess", "archive.publicversion", "archive.publicchange", "archive.datasetimport",
    "archive.storedanswer",
)  # fmt: skip


class Command(DumpData):
    def handle(self, *labels: str, **options: Any) -> Any:
        asked = {label.lower() for label in labels}
        options["exclude"] = [*options["exclude"], *(one for one in _LEFT_OUT if one not in asked)]
        return super().handle(*labels, **options)
