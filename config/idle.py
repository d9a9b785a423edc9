"""Spares each request what Django does around it for nobody here.

Before and after a request Django empties the log of statements, closes what is too old, lets go of caches and forgets
the address book. Some of that is done twice, and some has nothing to do: it took a tenth of a warm read's time.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signals
from django.core.cache import caches, close_caches
from django.core.cache.backends.base import BaseCache
from django.core.handlers.base import reset_urlconf
from django.db import close_old_connections, connections, reset_queries


def spare() -> None:
    """Call once, in a process that serves."""
    # The next request sets it before anything looks.
    signals.request_finished.disconnect(reset_urlconf)
    if not settings.DEBUG:  # no statement is logged
        signals.request_started.disconnect(reset_queries)
    if all(connections[name].settings_dict["CONN_MAX_AGE"] != 0 for name in connections):
        # They stay open; whether they are too old, or broken, is looked at before each request.
        signals.request_finished.disconnect(close_old_connections)
    if all(type(caches[name]).close is BaseCache.close for name in caches):
        signals.request_finished.disconnect(close_caches)
