"""Names of filters as GraphQL spells them: camelCase for the snake_case of REST, in descriptions and errors."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from graphene.utils.str_converters import to_camel_case

from archive.exceptions import Problem
from archive.graphql.enums import order_name

_QUOTED = re.compile(r"``([a-z_]+)``")


def argument_names_in(text: str, filterset: Any) -> str:
    """A sentence of the filters' documentation, in which filters are named as GraphQL's arguments are."""
    text = _QUOTED.sub(lambda match: f"`{to_camel_case(match[1])}`", text)
    for name in filterset.base_filters:
        if "_" in name:
            text = re.sub(rf"\b{name}\b", to_camel_case(name), text)
    return text


def as_argument(problem: Problem) -> Problem:
    """The problem with the name of the argument, and of an order's enum values, as the GraphQL document has them."""
    name = to_camel_case(problem.field)
    if problem.field != "order_by":
        return replace(problem, field=name)
    return replace(problem, field=name, got=order_name(problem.got), suggestion=order_name(problem.suggestion))
