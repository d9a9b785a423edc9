"""The pages for readers are valid HTML and CSS to the W3C's checker, warnings included."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from archive.filters import FILTERSETS
from tests.support.npm import install_packages

pytestmark = [pytest.mark.java, pytest.mark.node, pytest.mark.django_db, pytest.mark.slow]

HERE = Path(__file__).parent / "vnu"
JAR = HERE / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
LISTS = {
    "front": "/", "filtered": "/?date=2019-07&target=KR", "refused": "/?date=nonsense", "ledger": "/speech-acts/",
    "ledger_on_a_day": "/speech-acts/?day=2019-07-20&country=KR&show=open&topic=export-controls",
    "ledger_refused": "/speech-acts/?day=nonsense",
    "search": "/search/?q=kim", "facets": "/search/?q=japan&date=2019&topic=gsomia",
    "about": "/about/api/", "missing": "/officials/kim-you-gen/", "none": "/nothing/",
    "timeline": "/timeline/?from=2019-07&to=2019-08", "embed": "/timeline/embed/",
}  # fmt: skip


@pytest.mark.usefixtures("dossier")
def test_a_page_of_each_kind_is_valid(client: Client, tmp_path: Path) -> None:
    install_packages(HERE)
    addresses = dict(LISTS)
    for kind, filters in FILTERSETS.items():
        model = filters._meta.model
        if kind != "speech-acts":
            addresses[kind] = f"/{kind}/{model._default_manager.visible_to(None).order_by('pk')[0].slug}/"
    for name, address in addresses.items():
        (tmp_path / f"{name}.html").write_bytes(client.get(address).content)
    pages = sorted(str(path) for path in tmp_path.iterdir())
    assert len(pages) == len(LISTS) + 10
    ran = subprocess.run(["java", "-jar", str(JAR), "--format", "json", *pages], capture_output=True, check=False)
    messages = json.loads(ran.stderr)["messages"]
    results = [
        f"{Path(message['url']).name}:{message['lastLine']}: {message['message']} {message.get('extract')}"
        for message in messages
    ]
    assert results == []
