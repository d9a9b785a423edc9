"""``manage.py reset_second_factor NAME``: removes the apps and recovery codes of a user who lost them."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from archive.accounts.sessions import end_all
from archive.accounts.two_factor import reset


class Command(BaseCommand):
    help = "Removes the apps and recovery codes of a user who lost them, and ends the user's sessions."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="The name of the account.")

    def handle(self, *args: object, **options: object) -> None:
        user = get_user_model()._default_manager.filter(username=options["name"]).first()
        if user is None:
            raise CommandError(f"NAME: got '{options['name']}', expected the name of an account.")
        done = reset(user)
        end_all(user)
        self.stdout.write(f"The second factor of {user} is removed." if done else f"{user} has no second factor.")
