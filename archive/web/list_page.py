"""What all lists with filters have: a form, chips of the filters that hold, the same as text, and facets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from archive.filters.prepared_query import Params
from archive.registry import COLLECTIONS
from archive.terms import record_type
from archive.web.facets import FacetPage, Facets
from archive.web.filter_labels import Labels
from archive.web.forms import Chip, FormField, filter_chips, filter_form, hidden_fields, offer_values


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
    """The context of form, chips and facets; ``names`` are those of the records and words in ``filters``.

    ``selection`` is all that is selected, for the title and for print: the words, the kinds of records, and the chips.
    """
    context = form_context(form, page.params, page.labels, own_fields)
    offer_values(context["filter_fields"], facets.options, facets.cut, names)
    chips = filter_chips(filters, page.address, names, page.labels)
    return context | {"facets": facets, "chips": chips, "selection": [*_without_chip(page, filters), *chips]}


def _without_chip(page: FacetPage, filters: Params) -> list[Chip]:
    """The words and the kinds of records of a search, whose page has no chips for them."""
    others = {name: page.params[name] for name in ("q", "kind") if name in page.params and name not in filters}
    kinds = {kind: record_type(COLLECTIONS[kind].model._meta.verbose_name_plural) for kind in others.get("kind", [])}
    return filter_chips(others, page.address, {"kind": kinds}, page.labels)
