"""As few moving parts as strawberry-django needs: no middleware, the archive's own models."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.peers.strawberry.urls"
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "simple_history",
    "archive.apps.ArchiveConfig",
    "strawberry_django",
]
MIDDLEWARE: list[str] = []
