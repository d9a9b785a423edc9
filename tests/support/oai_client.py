"""Requests to /oai whose responses are validated by the schemas in ``tests/oai/schemas``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.test import Client
from lxml import etree

FOLDER = Path(__file__).resolve().parents[1] / "oai" / "schemas"
OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"


@cache
def protocol_schema() -> Any:
    return etree.XMLSchema(etree.parse(str(FOLDER / "oai-pmh.xsd")))


class OaiClient:
    """Asks in GET or POST, and validates what comes back."""

    def __init__(self, **headers: str) -> None:
        self.client = Client(headers=headers)

    def get(self, verb: str, /, **arguments: str) -> Any:
        """The root element of a valid response."""
        return self.parse(self.client.get("/oai", {"verb": verb, **_arguments(arguments)}))

    def post(self, verb: str, /, **arguments: str) -> Any:
        text = "&".join(f"{name}={value}" for name, value in {"verb": verb, **_arguments(arguments)}.items())
        return self.parse(self.client.post("/oai", text, content_type="application/x-www-form-urlencoded"))

    def parse(self, response: Any) -> Any:
        assert response.status_code == 200, response.content
        assert response["Content-Type"].startswith("text/xml")
        root = etree.fromstring(response.content)
        protocol_schema().assertValid(root)
        return root

    def pages(self, verb: str, /, **arguments: str) -> Iterator[Any]:
        """The responses of a whole list."""
        root = self.get(verb, **arguments)
        yield root
        while token := root.findtext(f".//{OAI}resumptionToken"):
            root = self.get(verb, resumptionToken=token)
            yield root

    def identifiers(self, **arguments: str) -> list[str]:
        """The identifiers of a whole list, without ``oai:chancery.invalid:``; empty if none match."""
        pages = self.pages("ListIdentifiers", metadataPrefix="oai_dc", **arguments)
        results = [str(item.text) for page in pages for item in page.iter(f"{OAI}identifier")]
        return [item.removeprefix("oai:chancery.invalid:") for item in results]


def error_code(root: Any) -> str:
    """The code of a response's error; empty for none."""
    error = root.find(f"{OAI}error")
    return "" if error is None else str(error.get("code"))


def _arguments(arguments: dict[str, str]) -> dict[str, str]:
    """``from_`` is ``from``, which Python has as a keyword."""
    return {name.removesuffix("_"): value for name, value in arguments.items()}
