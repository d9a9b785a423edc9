"""The vocabularies of the models' fields.

Of each Django ``TextChoices`` the value is stored and used in REST, the member's name is the GraphQL enum's, and the
label is shown on pages. Kinds of event and of speech act also carry the codes of two event ontologies, as text
("010" is not "10"):
* CAMEO 1.1b3 (Schrodt, *Conflict and Mediation Event Observations: Event and Actor Codebook*, 2012);
* PLOVER 1.0 (Political Language Ontology for Verifiable Event Records, 2021), its category in capitals.
"""

from __future__ import annotations

from django.db.models import TextChoices

CAMEO_VERSION = "1.1b3"
PLOVER_VERSION = "1.0"


class Status(TextChoices):
    DRAFT = "draft", "draft"
    REVIEW = "review", "in review"
    PUBLISHED = "published", "published"
    WITHDRAWN = "withdrawn", "withdrawn"


class BodyKind(TextChoices):
    STATE = "state", "state"
    GOVERNMENT_ORGAN = "government_organ", "government organ"
    INTERGOVERNMENTAL_ORGANIZATION = "intergovernmental_organization", "intergovernmental organization"
    EXPORT_CONTROL_REGIME = "export_control_regime", "export-control regime"
    COURT = "court", "court"
    PARTY = "party", "political party"
    COMPANY = "company", "company"
    MEDIUM = "medium", "medium"
    OTHER = "other", "other body"


class NameScheme(TextChoices):
    NATIVE = "native", "native"
    REVISED_ROMANIZATION = "revised_romanization", "Revised Romanization of Korean"
    MCCUNE_REISCHAUER = "mccune_reischauer", "McCune-Reischauer"
    HEPBURN = "hepburn", "Hepburn"
    PINYIN = "pinyin", "Hanyu Pinyin"
    PRESS = "press", "as the press writes it"
    ENGLISH = "english", "English"
    ABBREVIATION = "abbreviation", "abbreviation"
    FORMER = "former", "former name"
    OTHER = "other", "other"


class EndState(TextChoices):
    ENDED = "ended", "ended"
    ONGOING = "ongoing", "ongoing"
    UNKNOWN = "unknown", "not known"


class AppointmentMode(TextChoices):
    SUBSTANTIVE = "substantive", "substantive"
    ACTING = "acting", "acting"
    NOMINEE = "nominee", "nominee (never took office)"


class EventClassification(TextChoices):
    ANNOUNCEMENT = "announcement", "announcement"
    DECISION = "decision", "decision"
    TAKING_EFFECT = "taking_effect", "taking effect"
    PROMULGATION = "promulgation", "promulgation"
    EASING = "easing", "easing"
    LIFTING = "lifting", "lifting"
    RULING = "ruling", "court ruling"
    AGREEMENT = "agreement", "agreement"
    MEETING = "meeting", "meeting"
    SUMMIT = "summit", "summit"
    VISIT = "visit", "visit"
    CONSULTATION = "consultation", "consultation"
    MULTILATERAL_MEETING = "multilateral_meeting", "meeting of an international body"
    REQUEST = "request", "formal request"
    PROPOSAL = "proposal", "proposal"
    REJECTION = "rejection", "rejection"
    NOTIFICATION = "notification", "diplomatic notification"
    SUMMONS = "summons", "diplomatic summons"
    DEADLINE = "deadline", "deadline"
    ADJUDICATION = "adjudication", "step in an adjudication"
    LICENCE_GRANT = "licence_grant", "grant of a licence"
    APPOINTMENT = "appointment", "appointment"
    PUBLICATION = "publication", "publication of a record"
    INCIDENT = "incident", "incident"
    OTHER = "other", "other event"


class ParticipationRole(TextChoices):
    ACTOR = "actor", "actor"
    TARGET = "target", "target"
    HOST = "host", "host"
    MEDIATOR = "mediator", "mediator"
    SIGNATORY = "signatory", "signatory"
    COMPLAINANT = "complainant", "complainant"
    RESPONDENT = "respondent", "respondent"
    OBSERVER = "observer", "observer"


#: Roles of those who do something in an event; the others are concerned by it, receive it or watch it.
ACTING_ROLES = (
    ParticipationRole.ACTOR, ParticipationRole.MEDIATOR, ParticipationRole.SIGNATORY, ParticipationRole.COMPLAINANT,
)  # fmt: skip


class RelationKind(TextChoices):
    RESPONDS_TO = "responds_to", "responds to"
    RETALIATES_FOR = "retaliates_for", "retaliates for"
    ANNOUNCES = "announces", "announces"
    IMPLEMENTS = "implements", "implements"
    REVERSES = "reverses", "reverses"
    AMENDS = "amends", "amends"
    FOLLOWS = "follows", "follows"
    PART_OF = "part_of", "part of"
    REFERS_TO = "refers_to", "refers to"


#: Relations in which the first event can't lie before the second.
LATER_RELATIONS = (
    RelationKind.RESPONDS_TO, RelationKind.RETALIATES_FOR, RelationKind.IMPLEMENTS, RelationKind.REVERSES,
    RelationKind.AMENDS, RelationKind.FOLLOWS,
)  # fmt: skip

#: Relations in which the first event answers the second.
ANSWERING_RELATIONS = (RelationKind.RESPONDS_TO, RelationKind.RETALIATES_FOR)


class Instrument(TextChoices):
    EXPORT_LICENSING = "export_licensing", "export licensing"
    LIST_REMOVAL = "list_removal", "removal from a list of trusted partners"
    SANCTION = "sanction", "sanction"
    TARIFF = "tariff", "tariff"
    EMBARGO = "embargo", "embargo"
    TREATY = "treaty", "treaty in force"
    SUSPENSION_OF_AGREEMENT = "suspension_of_agreement", "suspension of an agreement"
    OTHER = "other", "other measure"


class MeasurePhase(TextChoices):
    ANNOUNCED = "announced", "announced"
    PROMULGATED = "promulgated", "promulgated"
    EFFECTIVE = "effective", "effective"
    EASED = "eased", "eased"
    TIGHTENED = "tightened", "tightened"
    LIFTED = "lifted", "lifted"


class GoodScheme(TextChoices):
    HS = "hs", "Harmonized System"
    CONTROL_LIST = "control_list", "export-control list"
    NONE = "none", "no code known"


class StatementClassification(TextChoices):
    PRESS_STATEMENT = "press_statement", "press statement"
    BRIEFING = "briefing", "briefing"
    INTERVIEW = "interview", "interview"
    SPEECH = "speech", "speech"
    NOTE = "note", "diplomatic note"
    JOINT_STATEMENT = "joint_statement", "joint statement"
    PRESS_CONFERENCE = "press_conference", "press conference"
    REMARK = "remark", "remark"
    MEDIA_REPORT = "media_report", "media report"
    OTHER = "other", "other statement"


class Attribution(TextChoices):
    NAMED = "named", "named"
    ON_BACKGROUND = "on_background", "on background"
    ANONYMOUS = "anonymous", "anonymous"
    COLLECTIVE = "collective", "collective"
    REPORTED = "reported", "reported"


class TextForm(TextChoices):
    VERBATIM = "verbatim", "verbatim"
    TRANSLATED_VERBATIM = "translated_verbatim", "translated verbatim"
    PARTIAL_QUOTE = "partial_quote", "partial quote"
    PARAPHRASE = "paraphrase", "paraphrase"


class SpeechActKind(TextChoices):
    ASSERTION = "assertion", "assertion"
    CONFIRMATION = "confirmation", "confirmation"
    DENIAL = "denial", "denial"
    ACCUSATION = "accusation", "accusation"
    REGRET = "regret", "regret"
    PROPOSAL = "proposal", "proposal"
    OFFER = "offer", "offer"
    COMMITMENT = "commitment", "commitment"
    DEMAND = "demand", "demand"
    REQUEST = "request", "request"
    THREAT = "threat", "threat or warning"
    REJECTION = "rejection", "rejection"
    ACCEPTANCE = "acceptance", "acceptance"
    DEFERRAL = "deferral", "deferral"
    ANNOUNCEMENT = "announcement", "announcement"
    APOLOGY = "apology", "apology"


#: Speech acts that call for an answer: only these have a state (open until an outcome says otherwise).
ANSWERABLE_KINDS: frozenset[str] = frozenset(
    {
        SpeechActKind.PROPOSAL,
        SpeechActKind.OFFER,
        SpeechActKind.COMMITMENT,
        SpeechActKind.DEMAND,
        SpeechActKind.REQUEST,
        SpeechActKind.THREAT,
    }
)


class OutcomeKind(TextChoices):
    ACCEPTED = "accepted", "accepted"
    REJECTED = "rejected", "rejected"
    FULFILLED = "fulfilled", "fulfilled"
    PARTLY_FULFILLED = "partly_fulfilled", "partly fulfilled"
    WITHDRAWN = "withdrawn", "withdrawn"
    LAPSED = "lapsed", "lapsed"
    SUPERSEDED = "superseded", "superseded"


class State(TextChoices):
    """The state of an answerable speech act on a day: ``open``, or the kind of its last outcome. Never stored."""

    OPEN = "open", "open"
    ACCEPTED = "accepted", "accepted"
    REJECTED = "rejected", "rejected"
    FULFILLED = "fulfilled", "fulfilled"
    PARTLY_FULFILLED = "partly_fulfilled", "partly fulfilled"
    WITHDRAWN = "withdrawn", "withdrawn"
    LAPSED = "lapsed", "lapsed"
    SUPERSEDED = "superseded", "superseded"


class Stance(TextChoices):
    SUPPORTS = "supports", "supports"
    DISPUTES = "disputes", "disputes"


class SourceTier(TextChoices):
    PRIMARY = "primary", "primary (the body's own document)"
    SECONDARY = "secondary", "secondary (reporting on it)"
    TERTIARY = "tertiary", "tertiary (reference work)"


#: Kind of event -> CAMEO 1.1b3 code, where one fits.
EVENT_CAMEO: dict[str, str] = {
    EventClassification.ANNOUNCEMENT: "010",
    EventClassification.AGREEMENT: "057",
    EventClassification.MEETING: "040",
    EventClassification.SUMMIT: "046",
    EventClassification.VISIT: "042",
    EventClassification.CONSULTATION: "040",
    EventClassification.MULTILATERAL_MEETING: "046",
    EventClassification.TAKING_EFFECT: "163",
    EventClassification.EASING: "085",
    EventClassification.LIFTING: "085",
    EventClassification.REQUEST: "100",
    EventClassification.PROPOSAL: "030",
    EventClassification.REJECTION: "120",
    EventClassification.SUMMONS: "110",
    EventClassification.ADJUDICATION: "115",
}

#: Kind of event -> PLOVER 1.0 category, where one fits.
EVENT_PLOVER: dict[str, str] = {
    EventClassification.AGREEMENT: "AGREE",
    EventClassification.MEETING: "CONSULT",
    EventClassification.SUMMIT: "CONSULT",
    EventClassification.VISIT: "CONSULT",
    EventClassification.CONSULTATION: "CONSULT",
    EventClassification.MULTILATERAL_MEETING: "CONSULT",
    EventClassification.TAKING_EFFECT: "SANCTION",
    EventClassification.EASING: "CONCEDE",
    EventClassification.LIFTING: "CONCEDE",
    EventClassification.REQUEST: "REQUEST",
    EventClassification.REJECTION: "REJECT",
    EventClassification.SUMMONS: "ACCUSE",
    EventClassification.ADJUDICATION: "ACCUSE",
}

#: Kind of speech act -> CAMEO 1.1b3 code, where one fits.
SPEECH_ACT_CAMEO: dict[str, str] = {
    SpeechActKind.ASSERTION: "010",
    SpeechActKind.CONFIRMATION: "015",
    SpeechActKind.DENIAL: "016",
    SpeechActKind.ACCUSATION: "112",
    SpeechActKind.REGRET: "111",
    SpeechActKind.PROPOSAL: "036",
    SpeechActKind.OFFER: "030",
    SpeechActKind.COMMITMENT: "030",
    SpeechActKind.DEMAND: "100",
    SpeechActKind.REQUEST: "020",
    SpeechActKind.THREAT: "130",
    SpeechActKind.REJECTION: "120",
    SpeechActKind.ACCEPTANCE: "050",
    SpeechActKind.DEFERRAL: "014",
    SpeechActKind.ANNOUNCEMENT: "010",
    SpeechActKind.APOLOGY: "055",
}

#: Kind of speech act -> PLOVER 1.0 category, where one fits.
SPEECH_ACT_PLOVER: dict[str, str] = {
    SpeechActKind.ACCUSATION: "ACCUSE",
    SpeechActKind.COMMITMENT: "SUPPORT",
    SpeechActKind.OFFER: "SUPPORT",
    SpeechActKind.DEMAND: "REQUEST",
    SpeechActKind.REQUEST: "REQUEST",
    SpeechActKind.THREAT: "THREATEN",
    SpeechActKind.REJECTION: "REJECT",
    SpeechActKind.ACCEPTANCE: "AGREE",
    SpeechActKind.PROPOSAL: "REQUEST",
}
