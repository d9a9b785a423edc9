"""As few moving parts as graphene-django needs: no middleware, the archive's own models."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "bench.peers.graphene.urls"
MIDDLEWARE: list[str] = []
ANSWER_CACHE_BYTES = 0
