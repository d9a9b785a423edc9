"""The ASGI entry point: the WSGI application behind ``BufferedBodies``, which reads bodies before it uses a thread."""

from django.conf import settings

from archive.middleware.request_bodies import BufferedBodies
from config.wsgi import application as wsgi_application

application = BufferedBodies(wsgi_application, settings.WORKER_THREADS, settings.BODY_TIMEOUT)
