"""PostgreSQL functions that make the vectors of a record, and the query of a search.

Chinese, Japanese and Korean texts are indexed by pairs of characters, so that any substring is found: 수출규제 is 수출,
출규, 규제 and 제. Other texts are split at everything that is no letter or digit, as SQLite does.
"""

# All names in this module's SQL come from the code; values are parameters.
# ruff: noqa: S608

from __future__ import annotations

import json
import sys
import unicodedata
from itertools import pairwise

from archive.search_index.languages import ENGLISH, SIMPLE, configuration
from archive.search_syntax import CJK
from archive.text import folded_letter

#: Texts are truncated to this many characters if their vector exceeds PostgreSQL's limit of a megabyte. The vectors of
#: fewer bytes than ``_MAX_SAFE_BYTES`` cannot; catching the error costs a third of the time of a vector.
_MAX_LENGTH, _MAX_SAFE_BYTES = 20_000, 50_000
LANGUAGES_TABLE = "archive_searchlanguage"
_ENGLISH, _SIMPLE = configuration(ENGLISH), configuration(SIMPLE)

#: Planes with letters that folding changes.
_CODES = range(0x80, 0x20000)
#: Symbols, punctuation, spaces, surrogates, private use and what is not assigned: folding leaves them.
_UNCHANGED_CATEGORIES = ("S", "P", "Z", "Cc", "Cs", "Co", "Cn")
#: Runs of characters that folding does not change, from this length on, are not looked up.
_MIN_RUN = 8


def _folded_letters() -> dict[str, str]:
    """The characters that folding changes after NFKC, without those of ASCII."""
    letters = (
        letter for letter in map(chr, _CODES) if not unicodedata.category(letter).startswith(_UNCHANGED_CATEGORIES)
    )
    folded = {letter: folded_letter(letter) for letter in letters if unicodedata.is_normalized("NFKC", letter)}
    return {letter: new for letter, new in folded.items() if new != letter}


def _unchanged(folded: dict[str, str]) -> str:
    """The ranges of other characters, for a character class."""
    codes = [*sorted(map(ord, folded)), sys.maxunicode + 1]
    runs = [(before + 1, after - 1) for before, after in pairwise(codes) if after - before > _MIN_RUN]
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in runs)


def _letters_function() -> str:
    """The text folded as ``archive.text.fold_letters`` does it: NFKC, then letter by letter.

    Only the letters that a text has are looked up. ASCII letters stay, for every use of the text folds their case.
    """
    folded = _folded_letters()
    return f"""
CREATE OR REPLACE FUNCTION archive_search_letters(source text) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    old text;
    new text;
    several jsonb;
    letter text;
    folded text;
BEGIN
    IF octet_length(source) = length(source) THEN RETURN source; END IF;
    source := normalize(source, NFKC);
    SELECT string_agg(l.letter, '' ORDER BY l.folded = '') FILTER (WHERE length(l.folded) < 2),
           string_agg(l.folded, '' ORDER BY l.folded = '') FILTER (WHERE length(l.folded) < 2),
           jsonb_object_agg(l.letter, l.folded) FILTER (WHERE length(l.folded) > 1)
    INTO old, new, several
    FROM (
        SELECT c.letter, '{json.dumps(folded, ensure_ascii=False)}'::jsonb ->> c.letter AS folded
        FROM (SELECT DISTINCT unnest(string_to_array(
            regexp_replace(source, '[\\x01-\\x7f{_unchanged(folded)}]+', '', 'g'), NULL)) AS letter) AS c
    ) AS l WHERE l.folded IS NOT NULL;
    IF old IS NOT NULL THEN source := translate(source, old, new); END IF;
    IF several IS NOT NULL THEN
        FOR letter, folded IN SELECT * FROM jsonb_each_text(several) LOOP
            source := replace(source, letter, folded);
        END LOOP;
    END IF;
    RETURN source;
END $$
"""


#: The text with spaces for characters that PostgreSQL's parser joins to words (hosts, paths, signed numbers), and pairs
#: of characters for Chinese, Japanese and Korean.
SPLIT = rf"""
CREATE OR REPLACE FUNCTION archive_search_split(source text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    source := regexp_replace(source, '[-./@_:&<+]+', ' ', 'g');
    IF octet_length(source) = length(source) OR source !~ '[{CJK}]' THEN RETURN source; END IF;
    RETURN (
        SELECT string_agg(
            CASE WHEN run.matched[1] IS NULL THEN run.matched[2] ELSE ' ' || (
                SELECT string_agg(pair, ' ' ORDER BY place) FROM (
                    SELECT place, letter || coalesce(lead(letter) OVER (ORDER BY place), '') AS pair
                    FROM unnest(string_to_array(run.matched[1], NULL)) WITH ORDINALITY AS letters(letter, place)
                ) AS pairs) || ' ' END, '' ORDER BY run.number)
        FROM regexp_matches(source, '([{CJK}]+)|([^{CJK}]+)', 'g') WITH ORDINALITY AS run(matched, number)
    );
END $$
"""

#: The folded words of a text.
WORDS = """
CREATE OR REPLACE FUNCTION archive_search_words(source text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT archive_search_split(archive_search_letters(source))
$$
"""

#: A name in the form in which names are equal: folded, without separators.
FOLD = """
CREATE OR REPLACE FUNCTION archive_search_fold(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT regexp_replace(lower(archive_search_letters(name)), '[^[:alnum:]]+', '', 'g')
$$
"""

#: The lexeme of a whole name: "=" and a digest of 12 letters, because a name is longer than the words of most texts.
EXACT_LEXEME = """
CREATE OR REPLACE FUNCTION archive_search_exact_lexeme(folded text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '=' || encode(substr(sha256(convert_to(folded, 'UTF8')), 1, 9), 'base64')
$$
"""

#: Lexemes of whole names, one per line of the text.
EXACT = """
CREATE OR REPLACE FUNCTION archive_search_exact(names text) RETURNS tsvector LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    folded text;
BEGIN
    IF strpos(names, E'\\n') = 0 THEN
        folded := archive_search_fold(names);
        RETURN array_to_tsvector(CASE folded WHEN '' THEN '{}' ELSE ARRAY[archive_search_exact_lexeme(folded)] END);
    END IF;
    RETURN array_to_tsvector(ARRAY(
        SELECT DISTINCT archive_search_exact_lexeme(archive_search_fold(line))
        FROM unnest(string_to_array(names, E'\\n')) AS line WHERE archive_search_fold(line) <> ''));
END $$
"""

#: Lexemes with the code of a language in front ("fr:export"), and the words themselves, which ``prefix*`` finds.
TAGGED = """
CREATE OR REPLACE FUNCTION archive_search_tagged(tag text, stems tsvector, words tsvector) RETURNS tsvector
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(
        '''' || replace(replace(name, '\\', '\\\\'), '''', '''''') || ''':'
        || array_to_string(positions, ','), ' '), '')::tsvector
    FROM (SELECT tag || ':' || lexeme AS name, positions FROM unnest(stems)
          UNION ALL SELECT lexeme, positions FROM unnest(words)) AS lexemes
$$
"""

#: The vector of a text in a language. Its stemmer gets the text with its accents, by which it knows the endings.
ORIGINAL = f"""
CREATE OR REPLACE FUNCTION archive_search_original(language text, original text) RETURNS tsvector
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    code text := lower(split_part(language, '-', 1));
    stemmer text;
BEGIN
    IF code IN ('', 'en') THEN RETURN to_tsvector('{_ENGLISH}', archive_search_words(original)); END IF;
    SELECT configuration INTO stemmer FROM {LANGUAGES_TABLE} WHERE tag = code;
    IF stemmer IS NULL THEN RETURN to_tsvector('{_SIMPLE}', archive_search_words(original)); END IF;
    RETURN archive_search_tagged(
        code, to_tsvector(stemmer::regconfig, archive_search_split(normalize(original, NFKC))),
        to_tsvector('{_SIMPLE}', archive_search_words(original)));
END $$
"""

_PARAMETERS = (
    "names text, language text, summary text, original text, body text, OUT name_vector tsvector, OUT vector tsvector"
)
_MAKE = f"""
    name_vector := setweight(to_tsvector('{_ENGLISH}', archive_search_words(names)), 'A');
    name_vector := name_vector || archive_search_exact(names);
    vector := setweight(to_tsvector('{_ENGLISH}', archive_search_words(summary)), 'B');
    IF original <> '' THEN
        vector := vector || setweight(archive_search_original(language, original), 'C');
    END IF;
    IF body <> '' THEN
        vector := vector || setweight(to_tsvector('{_ENGLISH}', archive_search_words(body)), 'C');
    END IF;
"""


def all_texts(entry: str) -> str:
    """SQL of the vector of all texts of an entry, as an index has it, without the lexemes of whole names."""
    return f"(ts_filter({entry}.name_vector, '{{a}}') || {entry}.vector)"


#: The vectors of a record whose texts are long. Until PostgreSQL 17 no block that catches errors may run in a parallel
#: plan, nor what calls it.
LONG_VECTORS = f"""
CREATE OR REPLACE FUNCTION archive_search_long_vectors({_PARAMETERS}) LANGUAGE plpgsql STABLE PARALLEL UNSAFE AS $$
BEGIN
    {_MAKE}
    PERFORM name_vector || vector;
EXCEPTION WHEN program_limit_exceeded THEN
    names := left(names, {_MAX_LENGTH}); summary := left(summary, {_MAX_LENGTH});
    original := left(original, {_MAX_LENGTH}); body := left(body, {_MAX_LENGTH});
    {_MAKE}
END $$
"""

#: The vectors of a record: of its names, of which ``names`` has one per line, and of its other texts.
VECTORS = f"""
CREATE OR REPLACE FUNCTION archive_search_vectors({_PARAMETERS}) LANGUAGE plpgsql STABLE PARALLEL UNSAFE AS $$
BEGIN
    IF octet_length(names) + octet_length(summary) + octet_length(original) + octet_length(body) > {_MAX_SAFE_BYTES}
    THEN
        SELECT * INTO name_vector, vector FROM archive_search_long_vectors(names, language, summary, original, body);
        RETURN;
    END IF;
    {_MAKE}
END $$
"""

#: The query of one term of a search, in the syntax of ``to_tsquery``: its words in English, unchanged, and in each
#: language of the index, for which ``spelled`` has the accents. A term with a prefix is not stemmed here: ``stems`` is
#: the same with English stems.
TERM = f"""
CREATE OR REPLACE FUNCTION archive_search_term(term text, stems text, spelled text) RETURNS tsquery
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(DISTINCT '(' || form || ')', ' | '), '')::tsquery FROM (
        SELECT to_tsquery('{_SIMPLE}', term)::text AS form
        UNION ALL SELECT to_tsquery('{_SIMPLE}', stems)::text WHERE stems IS NOT NULL
        UNION ALL SELECT to_tsquery('{_ENGLISH}', term)::text WHERE stems IS NULL
        UNION ALL SELECT regexp_replace(
            to_tsquery(configuration::regconfig, coalesce(spelled, term))::text,
            '''(([^'']|'''')+)''', '''' || tag || ':\\1''', 'g')
        FROM {LANGUAGES_TABLE} WHERE is_used AND stems IS NULL
    ) AS forms WHERE form <> ''
$$
"""

#: The query of a search: alternatives of terms that must all match, each
#: ``{"term": ..., "stems": ..., "spelled": ..., "excluded": bool}``.
QUERY = """
CREATE OR REPLACE FUNCTION archive_search_query(search text) RETURNS tsquery LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    alternative jsonb;
    term jsonb;
    part tsquery;
    conjunction tsquery;
    result tsquery;
BEGIN
    FOR alternative IN SELECT * FROM jsonb_array_elements(search::jsonb) LOOP
        conjunction := NULL;
        FOR term IN SELECT * FROM jsonb_array_elements(alternative) LOOP
            part := archive_search_term(term ->> 'term', term ->> 'stems', term ->> 'spelled');
            IF (term ->> 'excluded')::boolean THEN part := !!part; END IF;
            conjunction := coalesce(conjunction && part, part);
        END LOOP;
        result := coalesce(result || conjunction, conjunction);
    END LOOP;
    RETURN coalesce(result, ''::tsquery);
END $$
"""

#: The query of records with exactly this name.
EXACT_QUERY = """
CREATE OR REPLACE FUNCTION archive_search_exact_query(name text) RETURNS tsquery LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT quote_literal(archive_search_exact_lexeme(archive_search_fold(name)))::tsquery
$$
"""


def functions() -> list[str]:
    """The SQL statements that create all functions."""
    return [
        _letters_function(), SPLIT, WORDS, FOLD, EXACT_LEXEME, EXACT, TAGGED, ORIGINAL, LONG_VECTORS, VECTORS, TERM,
        QUERY, EXACT_QUERY,
    ]  # fmt: skip
