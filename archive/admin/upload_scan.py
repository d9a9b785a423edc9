"""Uploaded files of a request are scanned by clamd, where one is set, before their form is read."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext, override

from archive.virus_scan import ScanError, scan

_log = logging.getLogger(__name__)


def scan_errors(request: HttpRequest, fields: Iterable[str]) -> dict[str, str]:
    """Field -> why its uploaded file is not taken: clamd found something, or gave no verdict.

    Empty where no clamd is set. To be called outside a transaction, which would lock SQLite meanwhile.
    """
    errors: dict[str, str] = {}
    if not settings.CLAMD_ADDRESS:
        return errors
    for field in fields:
        upload = request.FILES.get(field)
        if upload is None:
            continue
        name = str(upload.name)[:64]
        try:
            virus = scan(settings.CLAMD_ADDRESS, upload.chunks()).virus
        except ScanError as error:
            with override(settings.LANGUAGE_CODE):
                _log.error("Upload of %r by %s refused: %s.", name, request.user, error)
            text = gettext(
                "'{name}' is not taken: {error}. Nothing is uploaded without a scan. Try again later; if it stays so, "
                "tell those who run this archive."
            )
            errors[field] = text.format(name=name, error=error)
            continue
        upload.seek(0)
        if virus:
            _log.warning("Upload of %r by %s refused: clamd found %s.", name, request.user, virus)
            text = gettext(
                "'{name}' is not taken: got a file in which the virus scanner found {virus}, expected a clean one."
            )
            errors[field] = text.format(name=name, virus=virus)
    return errors
