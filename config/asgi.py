"""The ASGI entry point: the WSGI application, its requests' bodies read before it gets a thread (``config.bodies``)."""

from django.conf import settings

from config.bodies import BufferedBodies
from config.wsgi import application as wsgi_application

application = BufferedBodies(wsgi_application, settings.WORKER_THREADS, settings.BODY_TIMEOUT)
