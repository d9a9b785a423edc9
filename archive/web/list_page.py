"""What all lists with filters have: a form, chips of the filters that hold, and facets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from archive.filters.prepared_query import Params
from archive.web.chosen import Labels
from archive.web.facets import FacetPage, Facets
from archive.web.forms import FormField, filter_chips, filter_form, hidden_fields, offer_values


def form_context(
    form: str, params: Params, labels: Mapping[str, str] | None = None, own_fields: Sequence[FormField] = ()
) -> dict[str, Any]:
    """The context of the form: ``own_fields`` and the filters of ``form``; ``labels`` are those of filters."""
    fields = [*own_fields, *filter_form(form, params, labels)]
    return {"filter_fields": fields, "hidden": hidden_fields(params, [form_field.name for form_field in fields])}


def list_context(
    form: str, page: FacetPage, facets: Facets, filters: Params, names: Labels,
    own_fields: Sequence[FormField] = (),
) -> dict[str, Any]:  # fmt: skip
    """The context of form, chips and facets; ``names`` are those of the records and words in ``filters``."""
    context = form_context(form, page.params, page.labels, own_fields)
    offer_values(context["filter_fields"], facets.options, facets.cut, names)
    return context | {"facets": facets, "chips": filter_chips(filters, page.address, names, page.labels)}
