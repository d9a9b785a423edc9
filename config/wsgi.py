"""The WSGI entry point."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from config.idle import spare
from config.timeouts import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()

from config.front import Front  # noqa: E402 (it knows the models, which are there from here on)

application = Front(_django)
limit_statements()
spare()

# Load every door now, not in the first request, and tell the garbage collector that it all stays: looking through the
# schema's objects again and again took a third of a warm read's time.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
