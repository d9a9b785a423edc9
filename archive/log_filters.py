"""Filters for Django's logging configuration, which is loaded before the models."""

from __future__ import annotations

import logging


class OneLineFilter(logging.Filter):
    """Logs a foreign Host, which scanners send by the thousand, as a warning without a traceback."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "django.security.DisallowedHost":
            record.exc_info, record.exc_text = None, None
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True
