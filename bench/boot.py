"""Django as a service runs it: without DEBUG, on the database that DATABASE_URL names."""

from __future__ import annotations

import os

import django


def boot() -> None:
    """Call before importing models."""
    os.environ.update(DEBUG="false", SECURE_SSL_REDIRECT="false", LOG_LEVEL="ERROR")
    os.environ.setdefault("SECRET_KEY", "for-measurements-only-" + "k" * 40)
    os.environ["ALLOWED_HOSTS"] = "testserver"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
