"""Files to attach: the first bytes of each type, and whole ones as a browser sends them."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from archive.attachments.file_types import type_of_content
from archive.attachments.storing import NewFile, attach
from archive.models import Attachment, Source

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 "
TIFF = b"II*\x00\x08\x00\x00\x00"


def upload(name: str = "paper.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def attached(source: Source, user: Any, name: str = "paper.pdf", content: bytes = PDF, **values: Any) -> Attachment:
    kind = type_of_content(content)
    assert kind is not None
    return attach(source, NewFile(upload(name, content), name, kind, **values), user)
