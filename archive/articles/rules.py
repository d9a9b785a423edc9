"""The rules by which articles are read: verbs of speech, conditions, attributions, titles, capitals and adjectives.

All of them are tables or patterns for English text; those for dates, in English and Korean, are in
``archive.articles.dates``.
Each verb has the kind of speech act that it reports, and where its addressee stands (``Frame``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from archive.choices import SpeechActKind as Kind
from archive.choices import StatementClassification as Classification


class Frame(Enum):
    """Where the addressee of a verb stands."""

    #: Right after the verb: "urged Japan to", "accused Japan of", "demanded that Japan".
    OBJECT = "object"
    #: After a preposition: "demanded an apology from Japan", "offered talks to Japan", "apologized to Japan".
    PREPOSITION = "preposition"
    #: The verb has none: "said", "denied".
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Verb:
    """Finite forms of a verb of speech, as a pattern; ``frames`` in the order in which they are tried."""

    pattern: str
    kind: str
    frames: tuple[Frame, ...] = (Frame.NONE,)


_OBJECT = (Frame.OBJECT,)
_OBJECT_FIRST = (Frame.OBJECT, Frame.PREPOSITION)
_PREPOSITION = (Frame.PREPOSITION,)
_STRENGTH = r"(?:(?:strong|deep|profound|serious|grave|great|sincere|its|his|her|their) )*"
_EXPRESSED = rf"(?:expressed|expresses|expressing|voiced|voices|conveyed) {_STRENGTH}"
_EXPRESSED = r"(?:expressed|voiced|offered|made|issued) (?:an?|his|her|its|their)? ?(?:\w+ )?"
_SELF = r"(?:itself|himself|herself|themselves)"


def _verb(kind: str, frames: tuple[Frame, ...], *forms: str) -> Verb:
    return Verb("|".join(forms), kind, frames)


#: In the order in which they are tried: phrases before single words.
VERBS = (
    _verb(
        Kind.DEFERRAL, (Frame.NONE,),
        "declin(?:ed|es) to comment", "held off (?:on )?commenting", "put off", "postponed", "deferred",
    ),
    _verb(
        Kind.DEMAND, _OBJECT_FIRST,
        "(?:called|calls|calling) (?:on|upon|for)", "urged", "urges", "urging", "demanded", "demanding",
        "insist(?:ed|s) (?:that|on)",
    ),
    _verb(
        Kind.REQUEST, _OBJECT_FIRST,
        "asked for", "sought", "requested", "appealed (?:to|for)", r"asked(?! (?:about|whether|if|how|what|not)\b)",
    ),
    _verb(
        Kind.REGRET, (Frame.NONE,),
        f"{_EXPRESSED}(?:regret|dismay|disappointment)s?", "regretted", "regrets", "deplored", "deplores", "lamented",
        "laments",
    ),
    _verb(Kind.APOLOGY, _PREPOSITION, f"{_EXPRESSED}apolog(?:y|ies)", "apologi[sz]e[ds]"),
    _verb(
        Kind.COMMITMENT, _OBJECT_FIRST,
        "pledged", "pledges", "vowed", "vows", "promised", "promises that", f"committed {_SELF} to", "undertook",
    ),
    _verb(Kind.DENIAL, (Frame.NONE,), "denied", "denies", "disavowed", "brushed (?:aside|off)"),
    _verb(
        Kind.ACCUSATION, _OBJECT,
        "accused", "accuses", "accusing", "blamed", "blames", "blaming", "condemned", "condemns", "denounced",
        "denounces", "criticized", "criticised", "lashed out at", "took issue with", "protested (?:to|against)",
    ),
    _verb(
        Kind.PROPOSAL, _OBJECT_FIRST,
        "proposed", "proposes", "suggested", "suggests", "recommended", "recommends", "floated",
    ),
    _verb(Kind.OFFER, _OBJECT_FIRST, "made an offer", "offered", "offers to"),
    _verb(Kind.THREAT, _OBJECT, "threatened", "threatens", "warned", "warns", "warning that"),
    _verb(
        Kind.REJECTION, (Frame.NONE,),
        "rejected", "rejects", "refused", "refuses", "turned down", "dismissed", "dismisses", "ruled out", "rebuffed",
    ),
    _verb(
        Kind.ACCEPTANCE, (Frame.NONE,),
        "accepted", "accepts", "agreed to", "agrees to", "agreed that", "consented to",
    ),
    _verb(
        Kind.CONFIRMATION, (Frame.NONE,),
        "confirmed", "confirms", "acknowledged", "acknowledges", "admitted", "admits", "conceded",
    ),
    _verb(Kind.ANNOUNCEMENT, (Frame.NONE,), "announced", "announces", "declared", "declares", "unveiled"),
    _verb(Kind.ASSERTION, _OBJECT, "told"),
    _verb(
        Kind.ASSERTION, (Frame.NONE,),
        "said", "says", "stated", "states that", "stressed", "stresses", "added", "noted", "notes that", "argued",
        "argues", "maintain(?:ed|s) that", "claimed", "explained", "emphasi[sz]ed", "asserted", "remarked",
        "commented", "replied", "responded", "according to",
    ),
)  # fmt: skip

#: Where a condition begins; it ends at a comma, semicolon, full stop or quotation mark.
CONDITION = re.compile(
    r"\b(?:if|unless|provid(?:ed|ing) that|on (?:the )?condition that|(?:as|so) long as|only once|in the event that)\b"
    r"[^,.;:\"“”]*",
    re.IGNORECASE,
)

#: Verbs that stand before or after their speaker: "...," said Kim.
INVERTED = re.compile(r"(?:said|says|added|noted|argued|explained|stressed|remarked|replied|warned|according to)\Z")
#: Auxiliaries before a passive: "was urged by Japan to".
PASSIVE = re.compile(r"\b(?:was|were|been|being|is|are|be)(?: \w+ly)? \Z")
#: What precedes a verb of the same speaker: "rejected the claim and urged Japan", "said ..., adding".
COORDINATED = re.compile(r"(?:\band|\bbut|,|\bwhile|\bbefore)(?: then| also| again| \w+ly)? \Z")
#: What precedes a word that is no finite verb: an infinitive, a noun with its article.
NOT_FINITE = re.compile(
    r"\b(?:to|the|a|an|its|his|her|their|our|this|that|these|those|any|no|of|for|been) \Z", re.IGNORECASE
)
#: What follows a participle: "the curbs, announced on 1 July".
PARTICIPLE = re.compile(r" (?:on|by|in|last|earlier|at) ")

#: An unnamed speaker. Words before the noun may name a body ("another Cheong Wa Dae official").
UNNAMED = re.compile(
    r"\b(?P<article>[Aa]nother|[Aa]n?|[Oo]ne|[Tt]he|[Tt]wo|[Ss]everal|[Ss]ome|[Uu]nnamed|[Ss]enior|[Tt]op)"
    r"(?P<words>(?:(?: |’s |'s )[\w’'.&-]+){0,7}?)"
    r" (?P<noun>officials?|sources?|diplomats?|aides?|officers?|spokes(?:man|men|woman|women|person|people))\b"
    r"(?P<place> (?:at|of|from|in|for|with) (?:the )?)?"
)
#: Nouns of ``UNNAMED`` that say nothing about who spoke, or speak for a whole body.
ANONYMOUS_NOUNS = ("source", "sources")
COLLECTIVE_NOUNS = ("spokesman", "spokesmen", "spokeswoman", "spokeswomen", "spokesperson", "spokespeople")
#: Said of a speaker who is not to be named.
ANONYMITY = re.compile(
    r"\bon (?:the )?condition of anonymity|\basked not to be (?:named|identified)|\bdeclined to be (?:named|identified)"
    r"|\bspeaking anonymously|\brequested anonymity",
    re.IGNORECASE,
)
#: Said of words at second hand.
REPORTED = re.compile(
    r"\breportedly|\b(?:was|were) reported to|\b(?:is|are) said to|\breports? (?:say|said) that", re.IGNORECASE
)

_PRESS = r"(?:a )?(?:reporters|journalists|the press|a (?:news|press) conference)"
#: How the words were issued: pattern -> classification of the statement.
OCCASIONS = tuple(
    (re.compile(pattern, re.IGNORECASE), classification)
    for pattern, classification in (
        (rf"\btold {_PRESS}|\b(?:news|press) conference", Classification.PRESS_CONFERENCE),
        (r"\bbrief(?:ing|ed)\b", Classification.BRIEFING),
        (r"\binterview\b", Classification.INTERVIEW),
        (r"\bspeech\b|\baddress to (?:the )?(?:parliament|nation)", Classification.SPEECH),
        (r"\bjoint statement\b", Classification.JOINT_STATEMENT),
        (r"\b(?:diplomatic note|note verbale)\b", Classification.NOTE),
        (r"\b(?:press )?(?:statement|release)\b", Classification.PRESS_STATEMENT),
    )
)

_PERSONS = "minister|president|ambassador|official|spokes\\w+|secretary|director|chief|envoy|diplomat"
_BODIES = "ministry|office|government|cabinet|council|company|court|statement|agency|embassy|party"
#: Pronouns and nouns that stand for the last speaker: a person, or a body.
PERSONAL = re.compile(rf"\b(?:[Hh]e|[Ss]he|[Tt]he (?:\w+ )?(?:{_PERSONS}))\b")
COLLECTIVE = re.compile(rf"\b(?:[Ii]t|[Tt]hey|[Tt]he (?:\w+ )?(?:{_BODIES}))\b")

_TITLES = (
    r"(?:[A-Z][\w-]+ ){0,3}(?:President|Premier|Chancellor|Minister|Secretary|Ambassador|Envoy|Director|Commissioner"
    r"|Governor|Senator|Spokes(?:man|woman|person)|Chief)",
    r"spokes(?:man|woman|person)|ambassador|envoy|negotiator|minister",
    r"(?:Gen|Adm|Lt|Col|Capt|Dr|Mr|Mrs|Ms)\.",
)
_NAME = r"[A-Z][\w’']+(?:-\w+)?"
_PARTICLES = r"(?: (?:[A-Z]\. )?(?:bin|al|van|von|de|da|del|der))?"
#: Titles before the name of somebody who is not in the archive.
TITLE = re.compile(rf"\b(?:{'|'.join(_TITLES)}) (?P<name>{_NAME}{_PARTICLES}(?: {_NAME}){{1,2}})")

#: Abbreviations whose full stop ends no sentence.
ABBREVIATIONS = frozenset(
    {
        "mr", "mrs", "ms", "dr", "gen", "adm", "lt", "col", "capt", "sen", "rep", "gov", "st", "no", "vs", "etc",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "u.s", "u.n", "u.k", "e.u",
    }
)  # fmt: skip

#: State by ISO 3166-1 code -> words that stand for its government or say that something is its own.
STATE_WORDS: dict[str, tuple[str, ...]] = {
    "AU": ("Canberra", "Australian"), "BR": ("Brasilia", "Brazilian"), "CA": ("Ottawa", "Canadian"),
    "CH": ("Bern", "Swiss"), "CN": ("Beijing", "Chinese"), "CU": ("Havana", "Cuban"), "DE": ("Berlin", "German"),
    "EG": ("Cairo", "Egyptian"), "ES": ("Madrid", "Spanish"), "FR": ("Paris", "French"),
    "GB": ("London", "British", "Britain"), "ID": ("Jakarta", "Indonesian"), "IL": ("Israeli",),
    "IN": ("New Delhi", "Indian"), "IR": ("Tehran", "Iranian"), "IT": ("Rome", "Italian"),
    "JP": ("Tokyo", "Japanese"), "KP": ("Pyongyang", "North Korean"), "KR": ("Seoul", "South Korean"),
    "MX": ("Mexico City", "Mexican"), "NL": ("The Hague", "Dutch"), "PH": ("Manila", "Philippine"),
    "PK": ("Islamabad", "Pakistani"), "PL": ("Warsaw", "Polish"), "RU": ("Moscow", "Russian"),
    "SA": ("Riyadh", "Saudi"), "SE": ("Stockholm", "Swedish"), "SG": ("Singaporean",), "TH": ("Bangkok", "Thai"),
    "TR": ("Ankara", "Turkish"), "TW": ("Taipei", "Taiwanese"), "UA": ("Kyiv", "Ukrainian"),
    "US": ("Washington", "American", "U.S.", "US"), "VN": ("Hanoi", "Vietnamese"), "ZA": ("Pretoria", "South African"),
}  # fmt: skip
