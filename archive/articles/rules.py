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
    """The position of a verb's addressee."""

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
_WORDS_BEFORE_NOUN = (
    r"(?:(?:an?|its|his|her|their) )?(?:(?!(?:no|not|little|to|that|for|of|the)\b)\w+,?(?: and)? ){0,4}?"
)
_EXPRESSED = rf"(?:express(?:ed|es|ing)|voic(?:ed|es|ing)|convey(?:ed|s|ing)) {_WORDS_BEFORE_NOUN}"
_OFFERED = r"(?:offered|made|issued|tendered) (?:an? |his |her |its |their )?(?:\w+ )?"
_MONTH_START = r"\d|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
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
        "exhorted", rf"insist(?:ed|s) on(?! (?:\w+day|{_MONTH_START}))",
    ),
    _verb(
        Kind.REQUEST, _OBJECT_FIRST,
        "asked for", "sought", "requested", "appealed (?:to|for)", "begged", "implored",
        r"asked(?! (?:about|whether|if|how|what|not)\b)",
    ),
    _verb(
        Kind.REGRET, (Frame.NONE,),
        f"{_EXPRESSED}(?:regret|dismay|disappointment)s?", "regretted", "regrets", "deplored", "deplores", "lamented",
        "laments",
    ),
    _verb(Kind.APOLOGY, _PREPOSITION, f"(?:{_EXPRESSED}|{_OFFERED})apolog(?:y|ies)", "apologi[sz]e[ds]"),
    _verb(
        Kind.COMMITMENT, _OBJECT_FIRST,
        "pledged", "pledges", "vowed", "vows", "promised", "promises that", f"committed {_SELF} to", "undertook",
        "swore to",
    ),
    _verb(Kind.DENIAL, (Frame.NONE,), "denied", "denies", "disavowed", "brushed (?:aside|off)"),
    _verb(
        Kind.ACCUSATION, _OBJECT,
        "accused", "accuses", "accusing", "blamed", "blames", "blaming", "condemned", "condemns", "denounced",
        "denounces", "criticized", "criticised", "slammed", "blasted", "assailed", "lashed out at", "took issue with",
        "protested (?:to|against)",
    ),
    _verb(
        Kind.PROPOSAL, _OBJECT_FIRST,
        "proposed", "proposes", "suggested", "suggests", "recommended", "recommends", "floated",
    ),
    _verb(Kind.OFFER, _OBJECT_FIRST, "made an offer", "offered", "offers to"),
    _verb(Kind.THREAT, _OBJECT, "threatened", "threatens", "warned", "warns", "warning that", "cautioned"),
    _verb(
        Kind.REJECTION, (Frame.NONE,),
        "rejected", "rejects", "refused", "refuses", "turned down", "dismissed", "dismisses",
        "ruled out", "rebuffed", "objected (?:to|that)",
    ),
    _verb(
        Kind.ACCEPTANCE, (Frame.NONE,),
        "accepted", "accepts", "agreed to", "agrees to", "agreed that", "consented to",
    ),
    _verb(
        Kind.CONFIRMATION, (Frame.NONE,),
        "confirmed", "confirms", "acknowledged", "acknowledges", "admitted", "admits", "conceded",
    ),
    _verb(
        Kind.ANNOUNCEMENT, (Frame.NONE,),
        "announced", "announces", "declared", "declares", "unveiled", "revealed", "disclosed",
    ),
    _verb(Kind.ASSERTION, _OBJECT, "told"),
    _verb(
        Kind.ASSERTION, (Frame.NONE,),
        r"(?:said|says)(?! (?:why|how|what|whether|(?:nothing|little)(?= ?[.,;]))\b)", "stated",
        "states that", "stressed", "stresses",
        "added", "noted", "notes that", "argued",
        "argues", "maintain(?:ed|s) that", "claimed", "explained", "emphasi[sz]ed", "asserted", "remarked",
        "commented", "replied", "responded", "countered", "retorted", "insist(?:ed|s)", "contend(?:ed|s)", "alleged",
        "reiterated", "underlined", "underscored", "quipped", "joked", "pointed out", "made (?:it )?clear", "tweeted",
        "(?:shot|hit|fired|snapped) back", "complained", "predicted", "hinted", "cautioned that", "let it be known",
        "(?:observed|recalled|concluded|repeated|indicated|signall?ed|answered|charged|wrote) that",
        "wrote(?= (?:on|in) [^,;.]{1,40}:)", "according to",
    ),
)  # fmt: skip

#: Where a condition begins; it ends at a semicolon, full stop or quotation mark, or at a comma after its predicate.
CONDITION = re.compile(
    r"\b(?:if|unless|provid(?:ed|ing) that|on (?:the )?condition that|(?:as|so) long as|only once|in the event that)\b",
    re.IGNORECASE,
)
CONDITION_END = re.compile(r"[.;:\"“”]|(?<!\w)[‘']|[’'](?!\w)")
#: A condition without its predicate yet: "unless Japan", "provided that the courts". What follows is set in commas.
SUBJECT_ONLY = re.compile(
    rf"(?i:{CONDITION.pattern})"
    r"(?: (?:(?:the|an?|its|his|her|their|both|all|any|two|three)(?: [a-z]+)?|and|of|[A-Z][\w’'.-]*))+"
)
#: What begins an insertion that a second comma ends.
INSERTION = re.compile(
    r" ?(?:which|who|whose|the|an?|within|by|in|at|on|as|with|without|for|after|before|despite|under|during|when)\b"
)

#: Verbs that stand before or after their speaker: "...," said Kim. After a quotation any verb may.
INVERTED = re.compile(r"(?:said|says|added|noted|argued|explained|stressed|remarked|replied|warned|according to)\Z")
#: The end of a quotation right before a verb.
AFTER_QUOTATION = re.compile(r"\x1a,?\s?[”\"’'»“«],? \Z")
#: A verb beside a quotation and a speaker, whatever it is: "...", mused Kim; Kim mused: "...".
UNKNOWN_VERB = re.compile(
    r"\x1a,?[”\"’'»“«],? (?P<after>[a-z]{3,}ed)(?= (?:[A-Z]|the |an? ))"
    r"|\b(?P<before>[a-z]{3,}ed)(?=[,:] ?[“\"‘'«„]\x1a)"
)
#: Auxiliaries before a passive: "was urged by Japan to".
PASSIVE = re.compile(r"\b(?:was|were|been|being|is|are|be)(?: \w+ly)? \Z")

# Clauses

#: Where a clause may end and another begin.
BOUNDARY = re.compile(r";|,?\s(?:and|but|while|whereas|though|although|yet|or)\s|,\s")
#: A boundary after which words of somebody else follow, whatever their verb is.
CONTRAST = re.compile(r";|,? (?:but|while|whereas|though|although) |, and ")
#: What may stand between a boundary and a verb of the same speaker: "and then urged", "said ..., adding".
SAME_SPEAKER = re.compile(r"(?:(?:then|also|again|later|both|in turn|\w+ly) )*\Z")
#: What may stand before a speaker's name: titles, articles, other names.
BEFORE_NAME = re.compile(
    r"(?:\W|\b(?:[A-Z]\w*|s|the|an?|of|for|and|his|her|its|their|both|foreign|prime|trade|industry|finance|defense"
    r"|defence|minister|president|ambassador|spokes\w+|secretary|director|chief|envoy|deputy|vice|former|then|counterpart"
    r"|as|well|along|with|later|meanwhile|however)\b)*\Z"
)
#: Between two names that are one subject: "Suga and Trade Minister Seko".
AND_NAME = re.compile(
    r"(?: of (?:the )?[A-Z][\w ]+?)?(?:,| and|, and|,? as well as|,? along with|,? together with| &)"
    r" (?:(?:[A-Z][\w’'.-]*|the|his|her|its|their|foreign|prime|trade|industry|minister|president|ambassador|spokes\w+"
    r"|secretary|director|chief|envoy|deputy|vice|former|then|counterpart|of|for) )*\Z"
)
#: A name that no rule recognizes, right before its verb: whoever else is named does not speak.
UNKNOWN_SUBJECT = re.compile(
    r"(?:\A\W*|[,;] |\b(?:and|but|while|that|whereas) |\x1a,?[”\"’'»“«],? )"
    r"(?!\w+day |(?:However|Meanwhile|Later|Then|Today|Yesterday|He|She|It|They|We|I|The|Both) )"
    r"(?P<name>(?:[A-Z][\w’'-]+ ){1,3})\Z"
)
#: Between a subject and its verb.
BEFORE_VERB = re.compile(
    r"(?:,? (?:both|all|each|jointly|together|also|then|later|again|himself|herself|itself|themselves|has|have|had"
    r"|\w+ly|(?:on )?\w+day|yesterday|today))* \Z"
)
#: A relative clause of the name before it: "urged Japan, which rejected the call".
RELATIVE = re.compile(r"(?:who|which)(?: had| has| have| \w+ly)* \Z")

# Words of an act

#: Between a quotation and the verb after it, and between a verb and the quotation after it.
SAID_AFTER = re.compile(r"\s?[”\"’'»“«]?,?[”\"’'»“«]? (?:[^,;:\x1a]{0,60} )?")
SAID_BEFORE = re.compile(r"(?: [^,;\x1a]{0,80})?[,:]? ?[“\"‘'«„»]?")
_DAY = (
    r"(?:(?:on |in |at |last )?(?:[A-Z][a-z]+day|today|yesterday|last (?:week|month|year)"
    r"|\d{1,2} [A-Z][a-z]+(?: \d{4})?|[A-Z][a-z]+\.? \d{1,2}(?:, \d{4})?))"
)
#: Before what is said: "on Friday that", "reporters that".
BEFORE_CONTENT = re.compile(
    rf"\A(?:(?:{_DAY}|a (?:news|press) conference|reporters|journalists|him|her|them|us|me"
    r"|(?:in|at|during) (?:an?|the|his|her|its|their)"
    r" (?:\w+ ){0,2}(?:statement|interview|speech|letter|briefing|conference|meeting|post|report|call|address|debate)"
    r"|[a-z ]{1,30}(?=, that ))[, ]+)*that "
)
#: Words without their verb, such as "to South Korea on 30 December".
NO_CONTENT = re.compile(
    r"(?:to (?=(?:the |its |his |her )?[A-Z])|(?:[Oo]n|[Ii]n|[Aa]t|[Bb]y|[Ww]ith|from|against|[Ff]or|over|[Aa]fter"
    r"|last|about|yesterday|today) )"
)
#: After "..., said Kim" at the end of a sentence.
TAIL = re.compile(rf"(?: {_DAY})?[.!]?\W*")
#: By whom a passive was done, and when.
PASSIVE_AGENT = re.compile(
    rf"\A by (?:the )?[A-Z][\w’'.-]*(?:(?: of| and)? [A-Z][\w’'.-]*)*(?: {_DAY})? (?=to |for |that |over )"
)

# Verbs that are no acts

_STILL = r"(?: (?:yet|ever|even|once|so far|have|has|had|having|been|be|or|to|(?!only)\w+ly))*"
#: What makes of a verb no act: it was not done, or would be done in a case that is only thought of.
NOT_DONE = re.compile(
    r"(?:\b(?:not|never|neither|nor|hardly|scarcely|barely|rarely|seldom|without|cannot|no longer|instead of"
    r"|rather than|far from|short of|avoid\w*|refrain\w* from|against|fail\w* to|yet to|unable to|unwilling to)|n['’]t)"
    rf"{_STILL} \Z"
    r"|(?:\A\W*|[,;] (?:and |but )?|\b(?:and|but|that) )(?:never|rarely|seldom|hardly|scarcely|barely|nowhere|not once"
    r"|at no (?:time|point)|by no means|in no way|under no circumstances|on no account)\b[^,;]*\Z"
    r"|\b(?:nearly|almost|all but) \Z"
    r"|\b(?:pretend\w*|wrongly|falsely|mistakenly|hop(?:ed|es|ing)|want(?:ed|s|ing)|wish\w*|fear\w*)\b"
    r"(?:(?! and | but )[^,;])*\Z"
    r"|\bnot (?:\w+ly )?(?:known|believed|thought|said|reported|alleged|seen|heard) to have(?: \w+ly)? \Z"
    r"|\bn(?:or|either) (?:has|have|had|was|were|is|are|did|does|do|will|would|could|can)\b[^,;]*\Z"
    r"|\bneither\b[^;]*\bnor\b[^,;]*\Z"
    r"|(?:\A\W*|[,;] (?:and |but )?|\b(?:and|but|that|because|while) )"
    r"(?:neither|none|nobody|no one|no(?! doubt| longer|\.)|nothing|few|hardly any)\b(?!,)[^,;]*\Z"
    r"|(?:\bnot|\bnever|n['’]t|\bdeny|\bdenying|\bdoubt\w*|\bdisput\w+|\bfalse|\buntrue|\bno (?:evidence|proof|sign"
    r"|indication|suggestion|record|truth))\b[^,;]*\b(?:that|having|whether)\b[^,;]*\Z"
    r"|\b(?:would|could|should|might|may|must|will|shall|can|ought to|need)(?: not)?(?: \w+ly| also| well)?"
    r" (?:have been|have|be|get)(?: \w+ly)? \Z"
    r"|\bto be(?: \w+ly)? \Z"
    r"|\b(?:whether|until|lest|as if|as though|even if)\b[^,;]*\Z|\A\W*(?-i:Had)\b[^,;]*\Z",
    re.IGNORECASE,
)
#: The same, around "..., he said, ...".
NOT_DONE_AROUND = re.compile(r"(?:\bnot|\bnever|n['’]t), [^,;]{1,40}, \Z", re.IGNORECASE)
#: Between a verb that was not done and one that was not done either, and one that may or may not have been.
NOR = re.compile(r"\b(?:or|nor)(?: then| also| even| \w+ly)? \Z")
AND = re.compile(r"\band(?: then| also| even| \w+ly)? \Z")
#: Before what only seems to have been done.
SEEMING = re.compile(
    r"\b(?:appear(?:s|ed)?|seem(?:s|ed)?|claim(?:s|ed)?|believed|thought|known|alleged|supposed) to have(?: \w+ly)? \Z"
)
#: Before a verb of an earlier time, in the words of another: "said that Japan had threatened".
EARLIER = re.compile(r"\b(?:had|has|have|having)(?: \w+ly| also| already| twice| once)? \Z")
#: Before a verb of somebody whom the text doesn't name.
FIRST_PERSON = re.compile(r"\b(?:I|[Ww]e)(?: have| had| \w+ly)* \Z")

#: What precedes a word that is no finite verb: an infinitive, a noun with its article.
NOT_FINITE = re.compile(
    r"\b(?:to|the|a|an|its|his|her|their|our|this|that|these|those|any|no|of|for|been) \Z", re.IGNORECASE
)
#: What follows a participle: "the curbs, announced on 1 July".
PARTICIPLE = re.compile(r" (?:on|by|in|last|earlier|at) [^,;.]{1,40}[,;.]")

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

#: The place and agency before an article: "SEOUL: ...", "TOKYO, Oct. 7 (Wire) — ...". It says nothing.
DATELINE = re.compile(
    r"^(?:[A-Z][A-Z .’'-]{2,40}(?:, [^—–:\n]{1,30})?(?: ?\([^)\n]{1,30}\))? ?(?:—|–|--| - |: )"
    r"|[A-Z][\w.’' ]{2,30}(?:, [^—–:\n]{1,30})?(?: ?\([^)\n]{1,30}\))? ?(?:—|–|--| - ) ?(?=[A-Z“‘\"']))",
    re.MULTILINE,
)
#: Who speaks in a line of an interview: "Q.", "Moon Jae-in:".
TURN = re.compile(
    r"^(?P<label>[QA]\d{0,2}(?=[.:] )|[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*){0,5}(?=: ))[.:] +(?P<words>\S.*)$", re.MULTILINE
)

_PERSONS = "minister|president|ambassador|official|spokes\\w+|secretary|director|chief|envoy|diplomat"
_BODIES = "ministry|office|government|cabinet|council|company|court|statement|agency|embassy|party"
#: Pronouns and nouns that stand for the last speaker: a person, or a body.
PERSONAL = re.compile(rf"\b(?:[Hh]e|[Ss]he|[Tt]he (?:\w+ )?(?:{_PERSONS}))\b")
COLLECTIVE = re.compile(rf"\b(?:[Ii]t|[Tt]he (?:\w+ )?(?:{_BODIES}))\b")
#: Pronouns that stand for all speakers of the last clause with several, else for a body.
PLURAL = re.compile(r"\b(?:[Tt]hey|[Bb]oth(?: \w+)?|[Tt]he (?:two|three) \w+)\b")

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
