"""The types of files that may be attached, recognized by their first bytes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext

from archive.terms import either

#: Bytes from the start of a file by which its type is recognized.
HEAD = 16


@dataclass(frozen=True, slots=True)
class FileType:
    """A type: its name for people, its media type, and the endings of file names; the first is that of stored files."""

    label: str
    media_type: str
    suffixes: tuple[str, ...]


PDF = FileType("PDF", "application/pdf", (".pdf",))
PNG = FileType("PNG", "image/png", (".png",))
JPEG = FileType("JPEG", "image/jpeg", (".jpg", ".jpeg", ".jpe"))
WEBP = FileType("WebP", "image/webp", (".webp",))
TIFF = FileType("TIFF", "image/tiff", (".tif", ".tiff"))
FILE_TYPES = (PDF, PNG, JPEG, WEBP, TIFF)
#: The first bytes of a file -> its type. TIFF has two byte orders, and a variant for files over 4 GB.
_SIGNATURES = (
    (b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG), (b"II*\x00", TIFF), (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF), (b"MM\x00+", TIFF),
)  # fmt: skip
EXPECTED = ", ".join(f"{kind.label} ({kind.suffixes[0]})" for kind in FILE_TYPES)


class FileTypeError(Exception):
    """A file that is of no type that may be attached, or whose name says another; the message says what was got."""


def type_of_content(head: bytes) -> FileType | None:
    """The type of a file by its first bytes; None for any other than those that may be attached."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return WEBP
    return next((kind for signature, kind in _SIGNATURES if head.startswith(signature)), None)


def type_of_name(name: str) -> FileType | None:
    """The type that the ending of a file's name says."""
    suffix = PurePath(name).suffix.lower()
    return next((kind for kind in FILE_TYPES if suffix in kind.suffixes), None)


def checked_type(name: str, head: bytes) -> FileType:
    """The type of a file, on which name and content agree. Raises FileTypeError."""
    content, named, printed = type_of_content(head), type_of_name(name), name[:64]
    if content is None:
        if named:
            text = gettext(
                "'{name}': got a file that is called {type} and does not begin as one, expected one of {types}."
            )
            raise FileTypeError(text.format(name=printed, type=named.label, types=EXPECTED))
        text = gettext("'{name}': got a file of another type, expected one of {types}.")
        raise FileTypeError(text.format(name=printed, types=EXPECTED))
    if named is not content:
        text = gettext(
            "'{name}': got a file whose content is {type}, expected a name that ends in {suffixes}. Rename it if the "
            "content is right."
        )
        raise FileTypeError(text.format(name=printed, type=content.label, suffixes=either(content.suffixes)))
    return content
