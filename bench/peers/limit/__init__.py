"""The limit: statements written by hand behind a bare WSGI application."""
