"""Form data of admin pages as a browser would send it."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.urls import reverse


def address(record: Any, page: str = "change") -> str:
    """The admin's page of a record; of a model, its list (``changelist``) or ``add``."""
    name = f"admin:{record._meta.app_label}_{record._meta.model_name}_{page}"
    return reverse(name, args=[record.pk] if getattr(record, "pk", None) and not isinstance(record, type) else [])


def filled_in(response: Any) -> dict[str, Any]:
    """The fields of the form that was shown, and of the parts below it, as they would be sent unchanged."""
    sent = _values(response.context["adminform"].form)
    for inline in response.context.get("inline_admin_formsets", ()):
        sent |= _values(inline.formset.management_form)
        for form in inline.formset.forms:
            sent |= _values(form)
    return sent


def _values(form: Any) -> dict[str, Any]:
    results = {}
    for bound in form:
        value = bound.value()
        if value is None or value is False or bound.name == "DELETE":
            continue
        if isinstance(value, list | tuple):
            value = [str(getattr(item, "pk", item)) for item in value]
        results[bound.html_name] = value if isinstance(value, list) else str(value)
    return results


def opened(client: Client, record: Any) -> dict[str, Any]:
    """The form of a record, or of a new one of a model, ready to send."""
    page = "add" if isinstance(record, type) else "change"
    return filled_in(client.get(address(record, page)))


def send(client: Client, record: Any, sent: dict[str, Any]) -> Any:
    page = "add" if isinstance(record, type) else "change"
    return client.post(address(record, page), sent)


def with_part(sent: dict[str, Any], prefix: str, **values: Any) -> dict[str, Any]:
    """With one more row in the parts of that name."""
    number = int(sent[f"{prefix}-TOTAL_FORMS"])
    row = {f"{prefix}-{number}-{name}": value for name, value in values.items()}
    return {**sent, **row, f"{prefix}-TOTAL_FORMS": str(number + 1)}


def errors(response: Any) -> dict[str, list[str]]:
    """All that the form shown again says is wrong: field (of a part: with its prefix) -> sentences."""
    assert response.status_code == 200, response.status_code
    results: dict[str, list[str]] = {}
    form = response.context["adminform"].form
    results |= {name: list(message) for name, message in form.errors.items()}
    for inline in response.context["inline_admin_formsets"]:
        formset = inline.formset
        if formset.non_form_errors():
            results[formset.prefix] = list(formset.non_form_errors())
        for part in formset.forms:
            results |= {part.add_prefix(name): list(message) for name, message in part.errors.items()}
    return results


def messages_of(response: Any) -> list[str]:
    """The messages of the page."""
    return [str(message) for message in response.context["messages"]]
