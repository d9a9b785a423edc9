"""The ASGI entry point."""

import os

from django.core.asgi import get_asgi_application

from config.timeouts import limit_statements

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = get_asgi_application()
limit_statements()
