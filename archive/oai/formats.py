"""The metadata formats: for each prefix its schema, the query tree of a record, and its XML."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from archive.bibliography.dublin_core import dublin_core
from archive.bibliography.items import Row, read_item
from archive.bibliography.nodes import item_node
from archive.exceptions import did_you_mean
from archive.oai.errors import OaiError
from archive.oai.record_fields import record_node
from archive.oai.record_xml import NAMESPACE, SCHEMA_PATH, write_record
from archive.oai.xml import element, wrap
from archive.sql import query_tree
from archive.text import closest_match

XSI = "http://www.w3.org/2001/XMLSchema-instance"


@dataclass(frozen=True, slots=True)
class Format:
    """A metadata format. ``schema`` is a URL, or a path below the archive's own URL."""

    prefix: str
    namespace: str
    schema: str
    node: Callable[[Any], query_tree.Object]
    #: From collection, row and base URL to XML.
    write: Callable[[str, Row, str], str]

    def schema_url(self, base_url: str) -> str:
        return self.schema if "://" in self.schema else f"{base_url}{self.schema}"


_OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
_OAI_DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"


def _write_dublin_core(collection: str, row: Row, base_url: str) -> str:
    item = read_item(collection, row, base_url)
    return wrap(
        "oai_dc:dc",
        (element(f"dc:{name}", value) for name, value in dublin_core(item)),
        xmlns__oai_dc=_OAI_DC, xmlns__dc="http://purl.org/dc/elements/1.1/", xmlns__xsi=XSI,
        xsi__schemaLocation=f"{_OAI_DC} {_OAI_DC_SCHEMA}",
    )  # fmt: skip


FORMATS = {
    output_format.prefix: output_format
    for output_format in (
        Format("oai_dc", _OAI_DC, _OAI_DC_SCHEMA, item_node, _write_dublin_core),
        Format("chancery", NAMESPACE, SCHEMA_PATH, record_node, write_record),
    )
}


def find_format(prefix: str) -> Format:
    """The format of a metadataPrefix. Raises OaiError: cannotDisseminateFormat."""
    if prefix not in FORMATS:
        raise OaiError(
            "cannotDisseminateFormat",
            f"metadataPrefix: got '{prefix[:64]}', expected one of {', '.join(FORMATS)}."
            f"{did_you_mean(closest_match(prefix, FORMATS))}",
        )
    return FORMATS[prefix]
