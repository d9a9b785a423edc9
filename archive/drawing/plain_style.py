"""The style of a drawing for readers of SVG that know neither custom properties nor ``light-dark()``."""

from __future__ import annotations

import re

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_MEDIA = re.compile(r"@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_PROPERTY = re.compile(r"(--[\w-]+):\s*([^;]+);")
_VAR = re.compile(r"var\((--[\w-]+)\)")
_LIGHT_DARK = re.compile(r"light-dark\(\s*([^(),]+),\s*([^(),]+)\)")


def plain_style(css: str, scope: str, *, is_dark: bool = False) -> str:
    """The rules of a style sheet below a class, with the values of its custom properties in their place.

    Without those for the pointer, the focus and media. Raises ValueError for a property that the sheet does not set.
    """
    css = _MEDIA.sub("", _COMMENT.sub("", css))
    values = dict(_PROPERTY.findall(css))
    rules = [(selector.strip(), body) for selector, body in _RULE.findall(css)]
    return "\n".join(
        f"{selector} {{{_resolve(body, values, 2 if is_dark else 1)}}}"
        for selector, body in rules
        if scope in selector and ":" not in selector
    )


def _resolve(text: str, values: dict[str, str], shade: int) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            raise ValueError(f"Style sheet: got var({match[1]}), expected a custom property that it sets.")
        return _resolve(values[match[1]], values, shade)

    return _LIGHT_DARK.sub(lambda match: match[shade].strip(), _VAR.sub(value, text))
