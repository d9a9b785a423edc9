"""A merge that would put a record below itself is refused, whichever record is stored last."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from archive.merging.merge import merge
from archive.models import Body, Event, Topic

pytestmark = pytest.mark.django_db


def _record(model: Any, slug: str, **values: Any) -> Any:
    fields = {Body: {"kind": "government_organ"}, Event: {"classification": "meeting", "date": "2019"}}.get(model, {})
    return model.objects.create(slug=slug, name=slug.upper(), status="published", **fields, **values)


@pytest.mark.parametrize(("model", "field"), [(Body, "parent"), (Topic, "parent"), (Event, "part_of")])
@pytest.mark.parametrize("depth", [1, 2])
def test_a_merge_into_a_record_below_one_of_the_sources_parts_is_refused(
    editor: Any, model: Any, field: str, depth: int
) -> None:
    source = _record(model, "source")
    above = source
    for number in range(depth):
        above = _record(model, f"between-{number}", **{field: above})
    target = _record(model, "target", **{field: above})
    with pytest.raises(ValidationError, match="A cycle"):
        merge(source, target, editor)
    assert model.objects.filter(slug="source").exists()
    target.refresh_from_db()
    assert getattr(target, field) == above
