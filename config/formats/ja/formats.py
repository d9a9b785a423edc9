"""Formats of the interface: moments as :func:`archive.moments.time_text` writes them."""

DATETIME_FORMAT = "Y-m-d H:i"
