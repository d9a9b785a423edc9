"""Loads a treaty and prints, as JSON, what each door shows of it. Run with ``tests.treaties.settings``."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import django
from django.core.management import call_command

ROWS = "slug,name,signed,depositary,status\ntreaty-of-1965,Treaty on Basic Relations,1965-06-22,japan,published\n"
QUERY = """{ treaties(depositary: "JP") { totalCount nodes { slug signed { text } depositary { slug } } }
  treaty(slug: "treaty-of-1965") { name status } search(q: "Basic") { ... on Treaty { slug } } }"""
OAI = "verb=ListRecords&metadataPrefix=chancery&set=collection:treaties"


def main() -> None:
    django.setup()
    from django.contrib import admin
    from django.test import Client

    from archive.models import Body
    from tests.treaties.models import Treaty

    call_command("migrate", run_syncdb=True, verbosity=0)
    Body.objects.get_or_create(slug="japan", defaults={"name": "Japan", "kind": "state", "iso3166": "JP"})
    Body.objects.filter(slug="japan").update(status="published")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "treaties.csv").write_text(ROWS, encoding="utf-8")
        call_command("load", folder, verbosity=0, status="published")
        call_command("export", str(Path(folder) / "out"), verbosity=0)
        exported = next((Path(folder) / "out").rglob("treaties.*")).read_text(encoding="utf-8")
    client = Client()

    def get(path: str) -> Any:
        return client.get(path).json()

    sys.stdout.write(
        json.dumps(
            {
                "list": get("/api/v1/treaties/?depositary=JP&date=1965"),
                "detail": get("/api/v1/treaties/treaty-of-1965/"),
                "wrong": get("/api/v1/treaties/?depositary=japn"),
                "openapi": sorted(path for path in get("/api/v1/openapi.json")["paths"] if "treaties" in path),
                "graphql": client.post("/graphql/", {"query": QUERY}, content_type="application/json").json(),
                "rest search": get("/api/v1/search/?q=Basic"),
                "page": client.get("/treaties/treaty-of-1965/").content.decode(),
                "search page": client.get("/search/?q=Basic").content.decode(),
                "admin": admin.site.is_registered(Treaty),
                "exported": exported,
                "bibtex": client.get("/api/v1/treaties/treaty-of-1965/?format=bibtex").getvalue().decode(),
                "oai": client.get(f"/oai?{OAI}").content.decode(),
                "sitemap": client.get("/sitemap-treaties.xml").content.decode(),
            }
        )
    )


if __name__ == "__main__":
    main()
