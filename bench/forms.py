"""What a browser sends of an admin form in which nothing was changed."""

from __future__ import annotations

from lxml import html


def form_values(page: bytes) -> dict[str, list[str]]:
    """Field name -> values of the record's form on an admin page.

    Raises RuntimeError where the page has no such form.
    """
    forms = html.fromstring(page or b"<html/>").xpath("//form[contains(@id, '_form') and @method = 'post']")
    if not forms:
        raise RuntimeError("The page has no form of a record: is the user signed in, and the record there?")
    values: dict[str, list[str]] = {}
    for name, value in forms[0].form_values():
        values.setdefault(name, []).append(value)
    return values
