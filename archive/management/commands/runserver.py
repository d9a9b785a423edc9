"""Django's development server, which closes the database connections of each of its threads as the thread ends."""

from __future__ import annotations

import socket

from django.core.servers.basehttp import WSGIServer
from django.db import connections
from whitenoise.runserver_nostatic.management.commands.runserver import Command as RunserverCommand


class ClosingServer(WSGIServer):
    """Django's own leaves connections to the garbage collector. On SQLite each holds some 20 MB, the parsed schema."""

    def close_request(self, request: socket.socket | tuple[bytes, socket.socket]) -> None:
        """Called by the thread that answered, when its client has gone."""
        connections.close_all()
        super().close_request(request)


class Command(RunserverCommand):
    server_cls = ClosingServer
