"""The WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from archive.middleware.database_errors import set_timeout_on_connect
from archive.middleware.request_signals import disconnect_request_signals

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()

from archive.middleware.fast_path import FastPath  # noqa: E402 (it knows the models, which are there from here on)

application = FastPath(_django)
set_timeout_on_connect()
disconnect_request_signals()

# Load every door now, not in the first request, and tell the garbage collector that it all stays: looking through the
# schema's objects again and again took a third of a warm read's time.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
