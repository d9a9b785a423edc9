"""Files and functions of the archive that a request enters: ``python -m bench.files_entered``.

On a new SQLite database with the first dossier. Each request is made once before with another value, so that what is
loaded or computed once for a process (URL patterns, the GraphQL schema, statistics) is not counted; a CSV row is the
second of two datasets of one row each. ``--files`` prints the files in the order in which they are entered first.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

from bench.boot import boot
from bench.forms import form_values

_ROOT = Path(__file__).resolve().parent.parent
_PARTS = tuple(f"{_ROOT / part}{os.sep}" for part in ("archive", "config"))


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.files_entered", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--files", action="store_true", help="print the files too")
    print_files = parser.parse_args().files
    with tempfile.TemporaryDirectory() as folder:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/archive.sqlite3"
        boot()
        from django.test.utils import setup_test_environment

        setup_test_environment()  # so that an answer has the context of its templates
        from django.core.management import call_command

        import config.wsgi  # noqa: F401 (as a service does)

        call_command("migrate", verbosity=0)
        call_command("loaddata", "japan_south_korea", verbosity=0)
        print("| request | files | functions |\n|---|--:|--:|")
        for name, request in _requests(Path(folder)):
            codes = _codes_entered(request)
            files = list(dict.fromkeys(Path(code.co_filename).relative_to(_ROOT) for code in codes))
            print(f"| {name} | {len(files)} | {len(codes)} |")
            for file in files if print_files else ():
                print(f"  {file}")


def _codes_entered(request: Callable[[], None]) -> list[CodeType]:
    """The functions of the archive that are called, in the order of their first call."""
    codes: dict[CodeType, None] = {}

    def note(frame: FrameType, event: str, argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(_PARTS):
            codes[frame.f_code] = None

    sys.setprofile(note)
    try:
        request()
    finally:
        sys.setprofile(None)
    # Class bodies and modules are loaded, not called.
    return [code for code in codes if code.co_name != "<module>"]


def _requests(folder: Path) -> Iterator[tuple[str, Callable[[], None]]]:
    from django.test import Client

    class ReaderClient(Client):
        """Sends no Cookie header where it has no cookies, as readers' programs do: such requests have no session."""

        def _base_environ(self, **request: Any) -> dict[str, Any]:
            environ: dict[str, Any] = super()._base_environ(**request)  # type: ignore[misc]
            if not environ["HTTP_COOKIE"]:
                del environ["HTTP_COOKIE"]
            return environ

    client = ReaderClient()

    def get(path: str, status: int = 200) -> None:
        response = client.get(path)
        b"".join(response)  # type: ignore[arg-type]
        if response.status_code != status:
            raise SystemExit(f"{path}: got {response.status_code}, expected {status}")

    def graphql(query: str, is_error: bool = False) -> None:
        response = client.post("/graphql/", json.dumps({"query": query}), content_type="application/json")
        if ("errors" in response.json()) is not is_error:
            raise SystemExit(f"{query}: got {response.content[:200]!r}")

    # The same fields in another order are another document, which is parsed, validated and compiled.
    graphql('{ statements(speaker: "kim-you-geun", first: 5) { edges { node { slug name } } } }')
    document = '{ statements(speaker: "kim-you-geun", first: 5) { edges { node { name slug } } } }'
    yield "GraphQL, a new document", lambda: graphql(document)
    graphql('{ event(slug: "no-such-event") { slug } }', is_error=True)
    yield "GraphQL, a wrong slug", lambda: graphql('{ event(slug: "no-event-is-this") { slug } }', is_error=True)
    get("/api/v1/statements/?speaker=kim-hyun-chong")
    yield "REST, a filter's value", lambda: get("/api/v1/statements/?speaker=kim-you-geun")
    get("/api/v1/statements/?speaker=nobody-at-all", 400)
    yield "REST, a wrong value", lambda: get("/api/v1/statements/?speaker=kim-you-geum", 400)
    yield from _pages(get)
    yield "A CSV row", _load_row(folder)
    yield "A save in the admin", _admin_save(Client())


def _pages(get: Callable[[str], None]) -> Iterator[tuple[str, Callable[[], None]]]:
    from archive.models import Statement

    first, second = Statement.objects.order_by("slug").values_list("slug", flat=True)[:2]
    get(f"/statements/{first}/")
    yield "A page of a statement", lambda: get(f"/statements/{second}/")


def _load_row(folder: Path) -> Callable[[], None]:
    from django.core.management import call_command

    def load(slug: str) -> None:
        rows = io.StringIO()
        writer = csv.writer(rows)
        writer.writerows([("slug", "title", "url"), (slug, "Minutes of a meeting", f"https://example.org/{slug}")])
        dataset = folder / slug
        dataset.mkdir()
        (dataset / "sources.csv").write_text(rows.getvalue())
        call_command("load", str(dataset), verbosity=0, stdout=io.StringIO())

    load("first-minutes")
    return lambda: load("second-minutes")


def _admin_save(client: Any) -> Callable[[], None]:
    """The form of an event, sent as it is."""
    from django.contrib.auth.models import Group, User

    from archive.models import Event

    editor = User.objects.create_user("editor", is_staff=True)
    editor.groups.add(Group.objects.get(name="editor"))
    client.force_login(editor)

    def form_of(event: Event) -> tuple[str, dict[str, Any]]:
        path = f"/admin/archive/event/{event.pk}/change/"
        return path, form_values(client.get(path).content)

    def save(path: str, values: dict[str, Any]) -> None:
        response = client.post(path, values)
        if response.status_code != 302:
            raise SystemExit(f"{path}: got {response.status_code}, expected 302: {response.context['errors']}")

    first, second = (form_of(event) for event in Event.objects.order_by("slug")[:2])
    save(*first)
    return lambda: save(*second)


if __name__ == "__main__":
    main()
