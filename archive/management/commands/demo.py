"""Set up the demo: load the first dossier, create an editor, and print the URLs. Only with DEBUG=true."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.http.request import validate_host

from archive.models import Dossier

USERNAME, PASSWORD = "editor", "chancery-demo"
#: Addresses to bind to -> the address to open in a browser.
_LOCAL_ADDRESSES = {"0.0.0.0": "127.0.0.1", "[::]": "[::1]"}  # noqa: S104


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", default="8000")

    def handle(self, *args: object, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo has a known password: got DEBUG=false, expected DEBUG=true (your own machine)."
            )
        host = _LOCAL_ADDRESSES.get(options["host"], options["host"])
        if not validate_host(host, settings.ALLOWED_HOSTS):
            raise CommandError(
                f"HOST: got '{host}', which would answer all requests with 400; expected a name in ALLOWED_HOSTS. "
                f"Set it: ALLOWED_HOSTS=127.0.0.1,{host} make run HOST={host}"
            )
        if not Dossier.objects.exists():
            call_command("loaddata", "japan_south_korea", verbosity=0)
        if not User.objects.filter(username=USERNAME).exists():
            user = User.objects.create_user(USERNAME, password=PASSWORD, is_staff=True)
            user.groups.add(Group.objects.get(name="editor"))
        root = f"http://{host}:{options['port']}"
        for label, path in (
            ("Timeline", "/"), ("Admin", "/admin/"), ("GraphQL", "/graphql/"), ("REST", "/api/v1/"),
            ("REST docs", "/api/v1/docs/"),
        ):  # fmt: skip
            self.stdout.write(f"{label:<10} {root}{path}")
        self.stdout.write(f"{'Log in as':<10} {USERNAME}, password {PASSWORD}")
        self.stdout.flush()
