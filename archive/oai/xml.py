"""XML text: elements with escaped content, without the characters that XML 1.0 excludes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

#: Control characters, surrogates and the two noncharacters (XML 1.0, section 2.2).
_EXCLUDED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(name: str, content: str, /, **attributes: str) -> str:
    """An element with text; attributes with an empty value are left out."""
    return wrap(name, [escape(_EXCLUDED.sub("", content), {"\r": "&#13;"})], **attributes)


def wrap(name: str, children: Iterable[str], /, **attributes: str) -> str:
    """An element around XML. In attribute names ``__`` stands for the colon after a prefix."""
    written = "".join(
        f" {key.replace('__', ':')}={quoteattr(_EXCLUDED.sub('', value))}" for key, value in attributes.items() if value
    )
    return f"<{name}{written}>{''.join(children)}</{name}>"
