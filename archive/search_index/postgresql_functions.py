"""PostgreSQL functions that make the vectors of a record, and the query of a search.

Chinese, Japanese and Korean texts are indexed by pairs of characters, so that any substring is found: 수출규제 is 수출,
출규, 규제 and 제. Other texts are split at everything that is no letter or digit, as SQLite does.
"""

# All names in this module's SQL come from the code; values are parameters.
# ruff: noqa: S608

from __future__ import annotations

from archive.search_index.languages import ENGLISH, SIMPLE, configuration
from archive.search_syntax import CJK

#: Texts are truncated to this many characters if their vector exceeds PostgreSQL's limit of a megabyte. The vectors of
#: fewer bytes than ``_MAX_SAFE_BYTES`` cannot; catching the error costs a third of the time of a vector.
_MAX_LENGTH, _MAX_SAFE_BYTES = 20_000, 50_000
LANGUAGES_TABLE = "archive_searchlanguage"
_ENGLISH, _SIMPLE = configuration(ENGLISH), configuration(SIMPLE)

#: The text with spaces for characters that PostgreSQL's parser joins to words (hosts, paths, signed numbers), and pairs
#: of characters for Chinese, Japanese and Korean.
WORDS = rf"""
CREATE OR REPLACE FUNCTION archive_search_words(source text) RETURNS text LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
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

#: A name in the form in which names are equal.
FOLD = """
CREATE OR REPLACE FUNCTION archive_search_fold(name text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT left(btrim(regexp_replace(lower(unaccent(name)), '[^[:alnum:]]+', ' ', 'g')), 400)
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

#: The vector of a text in a language.
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
    original := archive_search_words(original);
    RETURN archive_search_tagged(
        code, to_tsvector(stemmer::regconfig, original), to_tsvector('{_SIMPLE}', original));
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
#: language of the index. A term with a prefix is not stemmed here: ``stems`` is the same with English stems.
TERM = f"""
CREATE OR REPLACE FUNCTION archive_search_term(term text, stems text) RETURNS tsquery
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(string_agg(DISTINCT '(' || form || ')', ' | '), '')::tsquery FROM (
        SELECT to_tsquery('{_SIMPLE}', term)::text AS form
        UNION ALL SELECT to_tsquery('{_SIMPLE}', stems)::text WHERE stems IS NOT NULL
        UNION ALL SELECT to_tsquery('{_ENGLISH}', term)::text WHERE stems IS NULL
        UNION ALL SELECT regexp_replace(
            to_tsquery(configuration::regconfig, term)::text, '''(([^'']|'''')+)''', '''' || tag || ':\\1''', 'g')
        FROM {LANGUAGES_TABLE} WHERE is_used AND stems IS NULL
    ) AS forms WHERE form <> ''
$$
"""

#: The query of a search: alternatives of terms that must all match, each
#: ``{"term": ..., "stems": ..., "excluded": bool}``.
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
            part := archive_search_term(term ->> 'term', term ->> 'stems');
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

FUNCTIONS = (
    WORDS, FOLD, EXACT_LEXEME, EXACT, TAGGED, ORIGINAL, LONG_VECTORS, VECTORS, TERM, QUERY, EXACT_QUERY,
)  # fmt: skip
