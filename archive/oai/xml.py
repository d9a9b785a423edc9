"""XML text: elements with escaped content, without the characters that XML 1.0 excludes."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from archive.text import xml_text


def element(name: str, content: str, /, **attributes: str) -> str:
    """An element with text; attributes with an empty value are left out."""
    return wrap(name, [escape(xml_text(content), {"\r": "&#13;"})], **attributes)


def wrap(name: str, children: Iterable[str], /, **attributes: str) -> str:
    """An element around XML. In attribute names ``__`` stands for the colon after a prefix."""
    written = "".join(
        f" {key.replace('__', ':')}={quoteattr(xml_text(value))}" for key, value in attributes.items() if value
    )
    return f"<{name}{written}>{''.join(children)}</{name}>"
