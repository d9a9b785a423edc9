"""The WSGI entry point."""

import gc
import os

# Most of what the imports make stays: looking through it again and again took an eighth of a worker's start.
gc.disable()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from archive.middleware.database_errors import set_timeout_on_connect  # noqa: E402

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
_django = get_wsgi_application()

from archive.middleware.fast_path import FastPath  # noqa: E402 (imports models, which are loaded from here on)

application = FastPath(_django)
set_timeout_on_connect()

# Import all views now instead of in the first request, and exclude the objects from garbage collection: traversing the
# schema's objects repeatedly took a third of a warm read's time.
_ = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.enable()
