"""Types of files are recognized by their content; a name that says another is refused with what was got."""

from __future__ import annotations

import pytest

from archive.attachments.file_types import FileTypeError, checked_type
from tests.support.attached_files import JPEG, PDF, PNG, TIFF, WEBP


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", PDF, "application/pdf"), ("A.PDF", PDF, "application/pdf"), ("a.png", PNG, "image/png"),
        ("a.jpg", JPEG, "image/jpeg"), ("a.jpeg", JPEG, "image/jpeg"), ("a.webp", WEBP, "image/webp"),
        ("a.tif", TIFF, "image/tiff"), ("a.tiff", b"MM\x00*\x00\x00\x00\x08", "image/tiff"),
    ],
)  # fmt: skip
def test_content_and_name_that_agree(name: str, content: bytes, media_type: str) -> None:
    assert checked_type(name, content[:16]).media_type == media_type


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", PNG, "'a.pdf': got a file whose content is PNG, expected a name that ends in .png. Rename it if"),
        ("a.png", JPEG, "content is JPEG, expected a name that ends in .jpg or .jpeg or .jpe"),
        ("paper", PDF, "'paper': got a file whose content is PDF, expected a name that ends in .pdf"),
        ("a.html", PDF, "content is PDF"),
        ("a.pdf", b"<script>alert(1)</script>", "'a.pdf': got a file that is called PDF and does not begin as one,"),
        ("a.pdf", b"\n%PDF-1.7", "does not begin as one"),
        ("a.svg", b"<svg xmlns=", "'a.svg': got a file of another type, expected one of PDF (.pdf), PNG (.png), JPEG"),
        ("a.webp", b"RIFF\x24\x00\x00\x00WAVEfmt ", "called WebP and does not begin as one"),
        ("a.exe", b"MZ\x90\x00", "of another type"),
        ("a.pdf", b"", "does not begin as one"),
    ],
)
def test_a_file_that_lies_about_its_type(name: str, content: bytes, message: str) -> None:
    with pytest.raises(FileTypeError) as caught:
        checked_type(name, content[:16])
    assert message in str(caught.value)
