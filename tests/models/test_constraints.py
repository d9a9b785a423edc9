"""Each database constraint is violated by a write without a form; no constraint is without a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.db import DataError, IntegrityError, ProgrammingError, connection, models, transaction

from archive.models import (
    Attachment,
    Citation,
    DossierEntry,
    Identifier,
    ListColumns,
    LoadedRecord,
    MergedRecord,
    Name,
    OpenForm,
    Participation,
    ProposedChange,
    Review,
    SavedFilter,
    StoredFinding,
)
from archive.models.constraints import is_json_safe
from archive.models.identifier import IDENTIFIED
from archive.models.source import CITED
from tests.support.world import World, change, write

Case = Callable[[World], None]
DATES = {
    "appointment": ("appointed", "start", "end"), "body": ("existed",), "event": ("date",), "measure": ("in_force",),
    "measure_good": ("in_force",), "official": ("born", "died"), "outcome": ("date",), "statement": ("date",),
    "source": ("published", "retrieved"),
}  # fmt: skip


#: Kinds that have a slug.
SLUGS = (
    "topic", "body", "official", "office", "appointment", "event", "measure", "statement", "speech_act", "source",
    "dossier",
)  # fmt: skip


def _reversed(kind: str, field: str) -> Case:
    def case(world: World) -> None:
        record = getattr(world, kind)
        change(record, **{f"{field}_earliest": date(2020, 1, 2), f"{field}_latest": date(2020, 1, 1)})

    return case


def _cited_twice(kind: str) -> Case:
    return lambda world: write(world.cite(kind))


def _written(kind: str, column: str, text: str) -> Case:
    """A text by SQL: the field itself would refuse it."""

    def case(world: World) -> None:
        record = getattr(world, kind)
        with connection.cursor() as cursor:
            cursor.execute(f'UPDATE {record._meta.db_table} SET "{column}" = %s WHERE id = %s', [text, record.pk])

    return case


#: Constraint -> writes that break it, each in another way.
def _twice(model: Any, **values: Any) -> None:
    model.objects.bulk_create([model(**values) for _ in range(2)])


def _user() -> User:
    return User.objects.get_or_create(username="archivist")[0]


CASES: dict[str, list[Case]] = {
    "merged_record_slug_once": [
        lambda w: _twice(MergedRecord, kind="event", record_id=1, slug="a", target_id=w.event.pk, changes={},
                         was_public=True)
    ],
    "saved_filter_once": [lambda w: _twice(SavedFilter, kind="event", name="a", query="q=a", user=_user())],
    "open_form_once": [
        lambda w: _twice(OpenForm, kind="event", record_id=1, user=_user(), seen_at=datetime(2026, 11, 29, tzinfo=UTC))
    ],
    "attachment_once": [lambda w: _twice(Attachment, source=w.source, name="a.pdf", size=1, sha256="0" * 64)],
    "attachment_not_empty": [
        lambda w: Attachment.objects.bulk_create([Attachment(source=w.source, name="a.pdf", size=0)])
    ],
    "list_columns_once": [lambda w: _twice(ListColumns, kind="event", columns=["name"], user=_user())],
    "body_only_a_state_has_a_code": [lambda w: change(w.body, iso3166="XZ"), lambda w: change(w.state, kind="other")],
    "body_not_its_own_parent": [lambda w: change(w.body, parent=w.body)],
    "topic_not_its_own_parent": [lambda w: change(w.topic, parent=w.topic)],
    "event_not_part_of_itself": [lambda w: change(w.event, part_of=w.event)],
    "official_not_dead_before_born": [lambda w: change(w.official, born="1936", died="1935")],
    "appointment_start_not_after_end": [lambda w: change(w.appointment, start="2021"),
                                        lambda w: change(w.appointment, start="2019-07", end="2019-06")],
    "appointment_with_end_has_ended": [lambda w: change(w.appointment, end_state="ongoing"),
                                       lambda w: change(w.appointment, end_state="unknown")],
    "participation_of_one_party": [lambda w: change(w.participation, body=None),
                                   lambda w: change(w.participation, official=w.official)],
    "participation_once_per_body": [lambda w: write(w.participation)],
    "participation_once_per_official": [
        lambda w: Participation.objects.bulk_create(
            [Participation(event=w.event, official=w.official, role="host") for _ in range(2)]
        )
    ],
    "loaded_record_once": [
        lambda w: LoadedRecord.objects.bulk_create(
            [LoadedRecord(dataset="d", kind="events", record=w.event.pk, revision=0) for _ in range(2)]
        )
    ],
    "review_once": [lambda w: _twice(Review, kind="event", record_id=w.event.pk)],
    "proposal_open_once": [
        lambda w: _twice(
            ProposedChange, kind="event", record_id=w.event.pk, base=[], proposed=[],
            author=User.objects.create_user("proposer"),
        )
    ],
    "relation_not_to_the_same_event": [lambda w: change(w.relation, to_event=w.later)],
    "relation_once": [lambda w: write(w.relation)],
    "measure_step_once": [lambda w: write(w.measure_step)],
    "measure_good_once": [lambda w: write(w.measure_good)],
    "measure_good_code_has_scheme": [lambda w: change(w.measure_good, code="281111"),
                                     lambda w: change(w.measure_good, scheme="hs")],
    "statement_named_has_a_speaker": [lambda w: change(w.statement, speaker=None)],
    "statement_anonymous_has_a_body_only": [
        lambda w: change(w.statement, attribution="anonymous"),
        lambda w: change(w.statement, attribution="on_background"),
        lambda w: change(w.statement, attribution="anonymous", speaker=None, body=None),
        lambda w: change(w.statement, attribution="on_background", body=None),
    ],
    "statement_is_somebodys": [lambda w: change(w.statement, attribution="reported", speaker=None, body=None),
                               lambda w: change(w.statement, attribution="collective", speaker=None, body=None)],
    "statement_verbatim_text_not_empty": [lambda w: change(w.statement, form="verbatim"),
                                          lambda w: change(w.statement, form="translated_verbatim", text="")],
    "speech_act_ordinal_once": [lambda w: write(w.speech_act, slug="other")],
    "speech_act_ordinal_from_one": [lambda w: change(w.speech_act, ordinal=0)],
    "speech_act_quoted_text_not_empty": [lambda w: change(w.speech_act, form="verbatim", text=""),
                                         lambda w: change(w.speech_act, form="translated_verbatim", text=""),
                                         lambda w: change(w.speech_act, form="partial_quote", text="")],
    "speech_act_about_one_thing": [lambda w: change(w.speech_act, about_event=w.event, about_measure=w.measure)],
    "outcome_once_per_date": [lambda w: write(w.outcome), lambda w: write(w.outcome, kind="rejected", event=w.event)],
    "outcome_by_one_thing": [lambda w: change(w.outcome, event=w.event, answer=_other_act(w))],
    "outcome_not_by_itself": [lambda w: change(w.outcome, answer=w.speech_act)],
    "source_title_not_empty": [lambda w: change(w.source, title="")],
    "name_has_one_bearer": [lambda w: change(w.name, body=w.body), lambda w: change(w.name, official=None)],
    "name_text_not_empty": [lambda w: change(w.name, text="")],
    "name_once_per_official": [lambda w: write(w.name)],
    "name_once_per_body": [lambda w: Name.objects.bulk_create(
        [Name(body=w.body, text="NSO", scheme="press") for _ in range(2)]
    )],
    "identifier_once": [lambda w: write(w.identifier, event=w.later)],
    "identifier_not_empty": [lambda w: change(w.identifier, scheme=""), lambda w: change(w.identifier, value="")],
    "identifier_of_exactly_one_record": [lambda w: change(w.identifier, event=None),
                                         lambda w: change(w.identifier, body=w.body)],
    "dossier_entry_of_one_record": [lambda w: change(w.entry, event=None),
                                    lambda w: change(w.entry, statement=w.statement)],
    "dossier_entry_position_once": [lambda w: write(w.entry, event=w.later)],
    "dossier_entry_once_per_event": [lambda w: write(w.entry, position=2)],
    **{
        f"dossier_entry_once_per_{kind}": [
            lambda w, kind=kind: DossierEntry.objects.bulk_create(
                [DossierEntry(dossier=w.dossier, position=place, **{kind: getattr(w, kind)}) for place in (2, 3)]
            )
        ]
        for kind in ("statement", "measure")
    },
    "citation_of_exactly_one_record": [lambda w: change(w.citation, event=None),
                                       lambda w: change(w.citation, body=w.body),
                                       lambda w: change(w.citation, outcome=w.outcome)],
    "citation_variant_names_its_field": [lambda w: change(w.citation, variant_value="156")],
    **{f"citation_once_per_{kind}": [_cited_twice(kind)] for kind in CITED},
    **{
        f"{kind.replace('_', '')}_{field}_earliest_not_after_latest": [_reversed(kind, field)]
        for kind, fields in DATES.items()
        for field in fields
    },
    **{
        f"{kind.replace('_', '')}_{field}_charset": [_written(kind, field, f"2019{sign}07") for sign in '"\\\n\x1f é']
        for kind, fields in DATES.items()
        for field in fields
    },
    **{f"{kind}_slug_charset": [_written(kind, "slug", text) for text in ('a"b', "a\\b", "a\nb", "a b", "é", "", "x.y")]
       for kind in SLUGS},
}  # fmt: skip
#: Columns that are unique by themselves.
UNIQUE: dict[str, Case] = {
    **{f"{kind}.slug": lambda w, kind=kind: write(getattr(w, kind)) for kind in SLUGS if kind != "speech_act"},
    "speechact.slug": lambda w: write(w.speech_act, ordinal=2),
    "body.iso3166": lambda w: write(w.state, slug="other"),
    "storedfinding.key": lambda w: _twice(StoredFinding, key="k", rule="r", subject="event", record="e"),
}  # fmt: skip


def _other_act(world: World) -> int:
    write(world.speech_act, slug="other", ordinal=2)
    return int(type(world.speech_act).objects.get(slug="other").pk)


def _models() -> Iterator[Any]:
    for model in apps.get_app_config("archive").get_models():
        if not model.__name__.startswith("Historical"):
            yield model


def test_no_constraint_is_without_a_case() -> None:
    assert set(CASES) == {constraint.name for model in _models() for constraint in model._meta.constraints}


@pytest.mark.parametrize("slug", ['a\x00","name":"evil', b'a"b'])
def test_null_characters_and_bytes_do_not_bypass_slug_constraints(slug: Any, world: World) -> None:
    """SQLite's comparisons end at the one and pass by the others; PostgreSQL stores neither."""
    refusals = (IntegrityError, DataError, ProgrammingError)
    with pytest.raises(refusals), transaction.atomic():
        _written("topic", "slug", slug)(world)


def test_every_json_safe_column_has_a_constraint() -> None:
    """Answers put such texts into JSON as they are."""
    columns = [
        (model, field.name)
        for model in _models()
        for field in model._meta.concrete_fields
        if hasattr(field, "forbidden_pattern")
    ]
    assert len(columns) == len(SLUGS) + sum(map(len, DATES.values()))
    for model, name in columns:
        assert f"_{name}_charset" in " ".join(constraint.name for constraint in model._meta.constraints)
        assert is_json_safe(model, name)


def test_no_unique_column_is_without_a_case() -> None:
    unique = {
        f"{model._meta.model_name}.{field.name}"
        for model in _models()
        for field in model._meta.concrete_fields
        if field.unique and not field.primary_key
    }
    assert set(UNIQUE) == unique


def _constraint(name: str) -> models.BaseConstraint:
    return next(constraint for model in _models() for constraint in model._meta.constraints if constraint.name == name)


@pytest.mark.parametrize(
    ("name", "case"), [pytest.param(name, case, id=f"{name}-{n}") for name, all_ in CASES.items()
                       for n, case in enumerate(all_, start=1)],
)  # fmt: skip
def test_the_database_refuses(name: str, case: Case, world: World) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        case(world)
    # SQLite names the columns, not the index, where one row would be there twice.
    named = connection.vendor == "postgresql" or isinstance(_constraint(name), models.CheckConstraint)
    assert (name if named else "UNIQUE constraint failed") in str(refused.value)


@pytest.mark.parametrize("column", UNIQUE)
def test_the_database_refuses_a_second(column: str, world: World) -> None:
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        UNIQUE[column](world)
    assert column.partition(".")[2] in str(refused.value)


@pytest.mark.parametrize("kind", CITED)
def test_a_source_may_be_cited_again_for_another_field_or_place(kind: str, world: World) -> None:
    citation = world.cite(kind)
    write(citation, locator="p. 2")
    write(citation, field="date")
    write(citation, stance="disputes", field="date", variant_value="2019-07-05")
    assert Citation.objects.filter(**{kind: getattr(world, kind)}).count() == 4


@pytest.mark.parametrize("kind", [kind for kind in IDENTIFIED if hasattr(Identifier, kind)])
def test_each_kind_of_record_may_have_an_identifier(kind: str, world: World) -> None:
    Identifier.objects.bulk_create([Identifier(scheme="viaf", value=kind, **{kind: getattr(world, kind)})])
    assert getattr(world, kind).identifiers.filter(value=kind).get().subject == getattr(world, kind)


def test_bodies_without_a_code_do_not_conflict(world: World) -> None:
    write(world.body, slug="one")
    write(world.body, slug="two", iso3166="")
    assert type(world.body).objects.filter(slug__in=["one", "two"], iso3166=None).count() == 2
