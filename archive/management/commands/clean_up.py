"""``manage.py clean_up``: removes what has ended or is old enough: sessions, tokens, audit entries."""

from __future__ import annotations

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone
from knox.models import AuthToken

from archive.accounts.audit import prune


class Command(BaseCommand):
    help = "Removes sessions and tokens that have ended, and audit entries older than AUDIT_DAYS."

    def handle(self, *args: object, **options: object) -> None:
        now = timezone.now()
        call_command("clearsessions")
        tokens, _ = AuthToken.objects.filter(expiry__lt=now).delete()
        entries = prune(now)
        if options["verbosity"]:
            self.stdout.write(f"Removed ended sessions, {tokens:,} tokens and {entries:,} audit entries.")
