"""Unpublished records of every type, linked to the first dossier in every way of the models.

Names and slugs begin like those of their published neighbours, so that suggestions and searches come near them.
"""

from __future__ import annotations

from typing import Any

from archive.dates import PartialDate
from archive.models import (
    Appointment,
    Body,
    Citation,
    Dossier,
    DossierEntry,
    Event,
    Identifier,
    Measure,
    MeasureGood,
    MeasureStep,
    Name,
    Office,
    Official,
    Outcome,
    Participation,
    Relation,
    Source,
    SpeechAct,
    Statement,
    Topic,
)

#: Published records that neighbours are tied to, by collection.
NEAR = {
    "events": "2019-07-04-japan-export-curbs-take-effect",
    "measures": "japan-export-curbs-on-three-materials",
    "statements": "2019-07-12-kim-you-geun-international-probe",
    "speech-acts": "2019-07-12-kim-you-geun-international-probe-5",
    "officials": "kim-you-geun",
    "bodies": "cheong-wa-dae",
    "offices": "first-deputy-director-national-security-office",
    "appointments": "kim-you-geun-first-deputy-director-national-security-office",
    "topics": "export-controls",
    "sources": "wto-documents-ds590",
    "dossiers": "japan-south-korea-export-controls",
}
#: The neighbours, by collection.
SLUGS = {
    "events": "2019-07-04-japan-export-curbs-take-effect-late",
    "measures": "japan-export-curbs-on-four-materials",
    "statements": "2019-07-12-kim-you-geun-international-probes",
    "speech-acts": "2019-07-12-kim-you-geun-international-probes-1",
    "officials": "kim-you-gun",
    "bodies": "cheong-wa-dee",
    "offices": "first-deputy-director-national-security-offices",
    "appointments": "kim-you-geun-first-deputy-director-national-security-offices",
    "topics": "export-control",
    "sources": "wto-documents-ds591",
    "dossiers": "japan-south-korea-export-control",
}
#: A word that is in their names and texts and nowhere else.
WORD = "zebra"
MODELS: dict[str, Any] = {
    "events": Event, "measures": Measure, "statements": Statement, "speech-acts": SpeechAct, "officials": Official,
    "bodies": Body, "offices": Office, "appointments": Appointment, "topics": Topic, "sources": Source,
    "dossiers": Dossier,
}  # fmt: skip


def near(kind: str) -> Any:
    return MODELS[kind].objects.get(slug=NEAR[kind])


class Neighbours:
    """Makes them in one status, and changes the status of all."""

    def __init__(self, status: str) -> None:
        self.records: dict[str, Any] = {}
        self.near = {kind: near(kind) for kind in NEAR}
        self._records(status)
        self._names()
        self._of_events()
        self._of_measures()
        self._of_statements()
        self._behind_the_hidden()
        self._cited()
        self._links_from_the_published()

    def become(self, status: str) -> None:
        for record in self.records.values():
            if hasattr(record, "status"):
                type(record).objects.filter(pk=record.pk).update(status=status)

    def _make(self, kind: str, status: str, /, **values: Any) -> Any:
        self.records[kind] = MODELS[kind].objects.create(slug=SLUGS[kind], status=status, **values)
        return self.records[kind]

    def _records(self, status: str) -> None:
        pub = self.near
        korea = Body.objects.get(iso3166="KR")
        topic = self._make("topics", status, name=WORD, parent=pub["topics"])
        body = self._make("bodies", status, name=f"{WORD} organ", kind="government_organ", parent=korea)
        self._make("officials", status, name=f"Kim {WORD}", state=korea)
        self._make("offices", status, name=f"{WORD} post", body=pub["bodies"])
        self._make("appointments", status, official=pub["officials"], office=pub["offices"],
                   start=PartialDate.parse("2019-03"), end_state="ongoing")  # fmt: skip
        event = self._make("events", status, name=f"{WORD} curbs", summary="", classification="taking_effect",
                           date=PartialDate.parse("2019-07-04"), part_of=pub["events"])  # fmt: skip
        event.topics.add(pub["topics"], topic)
        measure = self._make("measures", status, name=f"{WORD} curbs", instrument="export_licensing",
                             in_force=PartialDate.parse("2019-07-04/.."))  # fmt: skip
        measure.imposers.add(Body.objects.get(iso3166="JP"), body)
        measure.targets.add(korea)
        measure.topics.add(pub["topics"])
        statement = self._make(
            "statements", status, name=f"{WORD} statement", text=f"{WORD}", classification="briefing", language="ko",
            date=PartialDate.parse("2019-07-12"), attribution="named", speaker=pub["officials"], body=pub["bodies"],
            occasion=pub["events"],
        )  # fmt: skip
        statement.about_events.add(pub["events"], event)
        statement.about_measures.add(pub["measures"])
        statement.in_reply_to.add(Statement.objects.get(slug="2019-07-12-japanese-media-smuggling-rumours"))
        statement.topics.add(pub["topics"])
        statement.capacities.add(pub["appointments"])
        self._make("sources", status, title=f"{WORD} paper", publisher=pub["bodies"])
        self._make("dossiers", status, name=f"{WORD} dossier")

    def _names(self) -> None:
        Name.objects.create(official=self.records["officials"], text="김유건", scheme="native")
        Name.objects.create(body=self.records["bodies"], text="Cheong Wa Dae", scheme="press")
        for kind, key in (("officials", "official"), ("bodies", "body"), ("offices", "office"), ("events", "event"),
                          ("appointments", "appointment"), ("measures", "measure"), ("statements", "statement"),
                          ("topics", "topic"), ("sources", "source")):  # fmt: skip
            Identifier.objects.create(scheme="wikidata", value=f"Q{key}", **{key: self.records[kind]})

    def _of_events(self) -> None:
        records, pub = self.records, self.near
        self.party = Participation.objects.create(event=pub["events"], body=records["bodies"], role="observer")
        Participation.objects.create(event=pub["events"], official=records["officials"], role="actor")
        Participation.objects.create(event=records["events"], body=pub["bodies"], role="actor")
        Participation.objects.create(event=records["events"], official=pub["officials"], role="target")
        self.relation = Relation.objects.create(from_event=pub["events"], kind="refers_to", to_event=records["events"])
        Relation.objects.create(from_event=records["events"], kind="responds_to", to_event=pub["events"])

    def _of_measures(self) -> None:
        records, pub = self.records, self.near
        MeasureStep.objects.create(measure=pub["measures"], event=records["events"], phase="tightened")
        MeasureStep.objects.create(measure=records["measures"], event=pub["events"], phase="announced")
        self.good = MeasureGood.objects.create(
            measure=records["measures"], name="etching gas", scheme="hs", code="281111"
        )

    def _of_statements(self) -> None:
        records, pub = self.records, self.near
        act = SpeechAct.objects.create(
            statement=records["statements"], ordinal=1, kind="demand", text=WORD, condition="if so",
            about_measure=pub["measures"],
        )  # fmt: skip
        records["speech-acts"] = act
        act.addressee_bodies.add(Body.objects.get(iso3166="JP"))
        act.addressee_officials.add(pub["officials"])
        day = PartialDate.parse
        by_hidden = SpeechAct.objects.get(slug="2019-07-08-moon-calls-for-withdrawal-2")
        self.outcome = Outcome.objects.create(speech_act=by_hidden, date=day("2019-07-20"), kind="rejected",
                                              event=records["events"])  # fmt: skip
        Outcome.objects.create(speech_act=by_hidden, date=day("2019-07-21"), kind="rejected", answer=act)
        Outcome.objects.create(speech_act=act, date=day("2019-07-22"), kind="fulfilled", event=pub["events"])
        for place, kind in enumerate(("events", "statements", "measures"), start=1):
            key = kind.removesuffix("s")
            DossierEntry.objects.create(dossier=pub["dossiers"], position=900 + place, **{key: records[kind]})
            DossierEntry.objects.create(dossier=records["dossiers"], position=place, **{key: pub[kind]})

    def _behind_the_hidden(self) -> None:
        """Published records that the public does not see, because of what they belong to."""
        records, pub = self.records, self.near
        office = Office.objects.create(
            slug="post-of-the-hidden", status="published", name="Post", body=records["bodies"]
        )
        for slug, official, where in (
            ("in-a-hidden-body", pub["officials"], office),
            ("in-a-hidden-office", pub["officials"], records["offices"]),
            ("of-a-hidden-official", records["officials"], pub["offices"]),
        ):
            Appointment.objects.create(slug=slug, status="published", official=official, office=where,
                                       start=PartialDate.parse("2019-01-01"), end_state="ongoing")  # fmt: skip

    def _cited(self) -> None:
        records, pub = self.records, self.near
        parts = {"relation": self.relation, "participation": self.party, "outcome": self.outcome,
                 "measure_good": self.good}  # fmt: skip
        for key, part in parts.items():
            Citation.objects.create(source=pub["sources"], **{key: part})
        for kind in CITED:
            key = {"speech-acts": "speech_act", "bodies": "body"}.get(kind, kind.removesuffix("s"))
            Citation.objects.create(source=records["sources"], quotation=WORD, **{key: pub[kind]})
            Citation.objects.create(source=pub["sources"], quotation=WORD, **{key: records[kind]})

    def _links_from_the_published(self) -> None:
        """Many-to-many links and forward keys from published records; the keys are empty without the neighbours."""
        records, pub = self.records, self.near
        statement = pub["statements"]
        statement.about_events.add(records["events"])
        statement.about_measures.add(records["measures"])
        statement.in_reply_to.add(records["statements"])
        statement.topics.add(records["topics"])
        statement.capacities.add(records["appointments"])
        pub["events"].topics.add(records["topics"])
        pub["measures"].topics.add(records["topics"])
        pub["measures"].imposers.add(records["bodies"])
        pub["measures"].targets.add(records["bodies"])
        pub["speech-acts"].addressee_bodies.add(records["bodies"])
        pub["speech-acts"].addressee_officials.add(records["officials"])
        for model, slug, key, kind in FORWARD:
            rows = model.objects.filter(slug=slug, **{f"{key}__isnull": True})
            assert rows.update(**{key: records[kind].pk}) == 1, (slug, key)


#: Published records with an empty forward key that the neighbours fill: model, slug, key, collection.
FORWARD: tuple[tuple[Any, str, str, str], ...] = (
    (Event, "2019-07-01-meti-announces-stricter-licensing", "part_of_id", "events"),
    (Statement, NEAR["statements"], "occasion_id", "events"),
    (Statement, "2019-07-cheong-wa-dae-calm-first", "speaker_id", "officials"),
    (SpeechAct, "2019-07-12-kim-you-geun-international-probe-1", "about_event_id", "events"),
    (SpeechAct, "2019-07-12-kim-you-geun-international-probe-2", "about_measure_id", "measures"),
    (Topic, "gsomia", "parent_id", "topics"),
    (Body, "united-nations", "parent_id", "bodies"),
    (Source, "press-reports", "publisher_id", "bodies"),
)
#: Collections whose records sources are cited for.
CITED = ("events", "measures", "statements", "speech-acts", "officials", "bodies", "offices", "appointments")
