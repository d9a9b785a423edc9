"""Files to attach: small whole files of each type, and as a browser sends them."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from archive.attachments.file_types import type_of_content
from archive.attachments.storing import NewFile, attach
from archive.models import Attachment, Source


def png_chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def tiff(order: str = "<", strip: bytes = b"\x80", strip_at: int = 8) -> bytes:
    """A page of one strip, which lies before the directory."""
    entries = [(256, 1), (257, 1), (259, 1), (262, 1), (273, strip_at), (279, len(strip))]
    directory = b"".join(struct.pack(f"{order}HHII", tag, 4, 1, value) for tag, value in entries)
    head = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8 + len(strip))
    return head + strip + struct.pack(f"{order}H", len(entries)) + directory + bytes(4)


_PDF_BODY = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
PDF = _PDF_BODY + (
    b"xref\n0 2\n0000000000 65535 f \n0000000015 00000 n \ntrailer\n<</Size 2/Root 1 0 R>>\n"
    b"startxref\n%d\n%%%%EOF\n" % len(_PDF_BODY)
)
PNG = (
    b"\x89PNG\r\n\x1a\n"
    + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + png_chunk(b"IDAT", zlib.compress(b"\x00\xff"))
    + png_chunk(b"IEND", b"")
)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\x00\x34\xff\xd0\x56\xff\xff\xd9"
)
WEBP = b"RIFF\x12\x00\x00\x00WEBPVP8L\x05\x00\x00\x00\x2f\x00\x00\x00\x00\x00"
TIFF = tiff()


def upload(name: str = "paper.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def attached(source: Source, user: Any, name: str = "paper.pdf", content: bytes = PDF, **values: Any) -> Attachment:
    kind = type_of_content(content)
    assert kind is not None
    return attach(source, NewFile(upload(name, content), name, kind, **values), user)
