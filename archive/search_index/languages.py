"""Languages of texts, and the stemmers by which PostgreSQL indexes them.

Stems of a language other than English are indexed with its code (``fr:export``), so that a word of a search is compared
with the stems of one language at a time. The archive's own words are English; SQLite stems all texts as English.
"""

from __future__ import annotations

#: BCP 47 primary language -> the Snowball stemmer of PostgreSQL. English has Porter's, which SQLite has too.
STEMMERS = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "es": "spanish", "eu": "basque",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian", "hy": "armenian",
    "id": "indonesian", "it": "italian", "lt": "lithuanian", "ne": "nepali", "nl": "dutch", "no": "norwegian",
    "nb": "norwegian", "nn": "norwegian", "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian",
    "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
ENGLISH = "english"
#: The configuration of languages without a stemmer.
SIMPLE = "simple"


def configuration(name: str) -> str:
    """The name of our text search configuration with this stemmer."""
    return f"archive_{name}"
