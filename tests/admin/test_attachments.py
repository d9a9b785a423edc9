"""Files on a source's form: attached, refused, scanned, downloaded by who may view the source, and never public."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from archive.models import Attachment, Source
from tests.support.admin_forms import address, messages_of
from tests.support.attached_files import PDF, PNG, attached, upload
from tests.support.fake_clamd import NAME, VIRUS, FakeClamd, fake_clamd
from tests.support.graphql_client import data

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(slug="paper", title="Paper", status="published")


@pytest.fixture
def clamd(settings: Any) -> Iterator[FakeClamd]:
    with fake_clamd() as clamd:
        settings.CLAMD_ADDRESS = clamd.address
        yield clamd


def page(source: Source) -> str:
    return reverse("admin:archive_source_attachments", args=[source.pk])


def download(attachment: Attachment, source: Source | None = None) -> str:
    return reverse("admin:archive_source_attachment", args=[(source or attachment.source).pk, attachment.pk])


def refusal(response: Any) -> list[str]:
    assert response.status_code == 200
    return list(response.context["attachments"]["form"].errors["file"])


def test_a_folder_that_cannot_be_written_is_a_message(
    editing: Client, source: Source, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "media").write_text("A file where the folder should be.")
    [message] = refusal(editing.post(page(source), {"file": upload("a.pdf")}))
    assert message.startswith("'a.pdf' was not stored: the archive's folder of files cannot be written, or is full.")
    assert str(tmp_path) not in message
    assert not Attachment.objects.exists()
    assert "An attachment of paper was not stored" in caplog.text


def test_a_file_that_only_begins_as_its_type_is_refused(editing: Client, source: Source) -> None:
    content = PNG[:16] + b"<html><script>alert(1)</script></html>"
    [message] = refusal(editing.post(page(source), {"file": upload("a.png", content)}))
    assert message.startswith("'a.png': got a file that begins as PNG and goes on as something else,")
    assert not Attachment.objects.exists()
    assert editing.post(page(source), {"file": upload("a.png", PNG)}).status_code == 302
    assert Attachment.objects.get().size == len(PNG)


def test_a_file_is_attached_and_stands_on_the_form(editing: Client, source: Source) -> None:
    answer = editing.post(
        page(source), {"file": upload("Märchen 논문.pdf"), "description": "Pages 3 to 7"}, follow=True
    )
    assert answer.redirect_chain == [(f"{address(source)}#attachments", 302)]
    assert messages_of(answer) == ["“Märchen 논문.pdf” is attached."]
    attachment = Attachment.objects.get()
    assert (attachment.name, attachment.description) == ("Märchen 논문.pdf", "Pages 3 to 7")
    assert attachment.uploaded_by is not None
    text = answer.content.decode()
    assert f'href="{download(attachment)}"' in text
    assert "Pages 3 to 7" in text
    assert "file attached" in text


def test_a_download_is_never_a_page_of_the_site(editing: Client, source: Source, editor: Any) -> None:
    response = editing.get(download(attached(source, editor, '논문 "1".pdf')))
    assert b"".join(response.streaming_content) == PDF  # type: ignore[attr-defined]
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''%EB%85%BC%EB%AC%B8")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "no-store" in response["Cache-Control"]
    assert response["Content-Length"] == str(len(PDF))


def test_a_file_that_lies_about_its_type_is_refused_and_the_description_stays(editing: Client, source: Source) -> None:
    answer = editing.post(page(source), {"file": upload("paper.pdf", PNG), "description": "Pages 3 to 7"})
    assert refusal(answer) == [
        "'paper.pdf': got a file whose content is PNG, expected a name that ends in .png. Rename it if the content is "
        "right."
    ]
    assert b'value="Pages 3 to 7"' in answer.content
    assert not Attachment.objects.exists()


def test_too_large_empty_missing_and_repeated_files_are_refused(editing: Client, source: Source, settings: Any) -> None:
    settings.ATTACHMENT_MAX_BYTES = len(PDF)
    [message] = refusal(editing.post(page(source), {"file": upload(content=PDF + b"x")}))
    assert f"got {len(PDF) + 1} bytes, expected at most {len(PDF)}" in message
    assert refusal(editing.post(page(source), {"file": upload(content=b"")})) == ["The submitted file is empty."]
    assert refusal(editing.post(page(source), {})) == ["This field is required."]
    assert refusal(editing.post(page(source), {"file": upload(f"{'x' * 300}.pdf")}))
    assert editing.post(page(source), {"file": upload()}).status_code == 302
    [message] = refusal(editing.post(page(source), {"file": upload("again.pdf")}))
    assert "attached already, as 'paper.pdf'" in message
    assert Attachment.objects.count() == 1


def test_a_name_that_would_be_read_backwards_loses_its_marks(editing: Client, source: Source) -> None:
    editing.post(page(source), {"file": upload("a\u202efdp.gnp.pdf")})
    assert Attachment.objects.get().name == "afdp.gnp.pdf"


def test_a_file_with_a_virus_is_refused(editing: Client, source: Source, clamd: FakeClamd) -> None:
    assert editing.post(page(source), {"file": upload()}).status_code == 302
    [message] = refusal(editing.post(page(source), {"file": upload("bad.pdf", PDF + VIRUS)}))
    assert f"the virus scanner found {NAME}" in message
    assert clamd.scanned == [PDF, PDF + VIRUS]
    assert Attachment.objects.count() == 1


def test_an_attachment_is_removed_once(editing: Client, source: Source, editor: Any) -> None:
    attachment = attached(source, editor)
    for sentence in ("“paper.pdf” is removed.", "The file was removed already."):
        answer = editing.post(page(source), {"remove": str(attachment.pk)}, follow=True)
        assert messages_of(answer) == [sentence]
    assert editing.get(download(attachment, source)).status_code == 404
    assert editing.post(page(source), {"remove": "x\u0662"}).status_code == 302


def test_contributors_attach_to_drafts_and_download_from_both(
    contributing: Client, source: Source, editor: Any
) -> None:
    attachment = attached(source, editor)
    assert b"Attach a file" not in contributing.get(address(source)).content
    assert contributing.get(download(attachment)).status_code == 200
    for sent in ({"file": upload()}, {"remove": str(attachment.pk)}):
        assert contributing.post(page(source), sent).status_code == 403
    draft = Source.objects.create(slug="draft", title="Draft")
    assert contributing.post(page(draft), {"file": upload()}).status_code == 302
    assert Attachment.objects.count() == 2


def test_who_may_not_view_the_source_gets_no_file(
    client: Client, source: Source, editor: Any, contributor: Any
) -> None:
    attachment = attached(source, editor)
    assert client.get(download(attachment)).status_code == 302
    contributor.groups.clear()
    client.force_login(contributor)
    assert client.get(download(attachment)).status_code == 403
    contributor.user_permissions.add(Permission.objects.get(codename="view_source"))
    assert client.get(download(attachment)).status_code == 200
    draft = Source.objects.create(slug="draft", title="Draft")
    assert client.get(download(attached(draft, editor))).status_code == 404


def test_a_file_of_another_source_or_a_missing_one_is_not_found(editing: Client, source: Source, editor: Any) -> None:
    other = Source.objects.create(slug="other", title="Other")
    attachment = attached(source, editor)
    assert editing.get(download(attachment, other)).status_code == 404
    editing.post(page(other), {"remove": str(attachment.pk)})
    assert Attachment.objects.exists()
    Path(attachment.file.path).unlink()
    assert editing.get(download(attachment)).status_code == 404


def test_readers_see_nothing_of_files(client: Client, source: Source, editor: Any) -> None:
    attachment = attached(source, editor, "secret-name.pdf")
    pages = [
        f"/api/v1/sources/{source.slug}/", f"/api/v1/sources/{source.slug}/history/", "/api/v1/sources/",
        "/api/v1/openapi.json", f"/{attachment.file.name}", f"/media/{attachment.file.name}",
    ]  # fmt: skip
    for path in pages:
        content = client.get(path).content
        assert b"secret-name" not in content, path
        assert attachment.sha256.encode() not in content, path
        assert b"attachment" not in content.lower().replace(b"content-disposition: attachment", b""), path
    fields = data('{ __type(name: "Source") { fields { name } } }')["__type"]["fields"]
    assert not [field for field in fields if "attach" in field["name"] or "file" in field["name"]]


@pytest.mark.parametrize("count", [1, 12])
def test_the_form_costs_the_same_for_many_files(editing: Client, source: Source, editor: Any, count: int) -> None:
    for number in range(count):
        attached(source, editor, content=PDF + bytes([number]))
    editing.get(address(source))
    with CaptureQueriesContext(connection) as ran:
        assert editing.get(address(source)).status_code == 200
    assert len(ran) <= 15
