"""What a person would write by hand for these questions: one statement each, the page's rows first, visibility in it.

Parameters are those of the question, in this order; the answer is the JSON text to send.
"""

from __future__ import annotations

_PUBLISHED = "status = 'published'"

Q1 = f"""
SELECT json_build_object('data', json_build_object('events', json_build_object('nodes', coalesce(json_agg(
  json_build_object('slug', e.slug, 'name', e.name,
    'date', json_build_object('text', e.date, 'display', e.date_display),
    'topics', (SELECT coalesce(json_agg(json_build_object('slug', t.slug, 'name', t.name) ORDER BY t.slug), '[]')
               FROM archive_event_topics et JOIN archive_topic t ON t.id = et.topic_id
               WHERE et.event_id = e.id AND t.{_PUBLISHED}),
    'statements', json_build_object('nodes', (SELECT coalesce(json_agg(json_build_object(
        'slug', s.slug, 'name', s.name, 'date', json_build_object('text', s.date),
        'speaker', CASE WHEN o.id IS NOT NULL THEN json_build_object('slug', o.slug, 'name', o.name,
          'state', CASE WHEN b.id IS NOT NULL
                   THEN json_build_object('slug', b.slug, 'name', b.name, 'iso3166', b.iso3166) END) END)), '[]')
      FROM (SELECT * FROM archive_statement WHERE occasion_id = e.id AND {_PUBLISHED}
            ORDER BY date_sort, sequence, slug LIMIT 5) s
      LEFT JOIN archive_official o ON o.id = s.speaker_id AND o.{_PUBLISHED}
      LEFT JOIN archive_body b ON b.id = o.state_id AND b.{_PUBLISHED}))
  )), '[]'))))::text
FROM (SELECT id, slug, name, date, date_display FROM archive_event
      WHERE {_PUBLISHED} AND classification = 'meeting'
        AND (date_earliest <= $2::date OR date_earliest IS NULL)
        AND (date_latest >= $1::date OR date_latest IS NULL)
        AND date_sort <= greatest(($2::date - date '0001-01-01' + 2)::bigint * 10000000 - 1, (
          SELECT max(date_sort) FROM archive_event WHERE {_PUBLISHED} AND date_earliest IS NULL))
      ORDER BY date_sort DESC, sequence DESC, slug DESC LIMIT 50) e
"""

Q2 = f"""
SELECT json_build_object('data', json_build_object('event', json_build_object(
  'slug', e.slug, 'name', e.name, 'summary', e.summary, 'classification', upper(e.classification),
  'date', json_build_object('text', e.date, 'display', e.date_display,
                            'earliest', e.date_earliest, 'latest', e.date_latest),
  'place', e.place,
  'partOf', (SELECT json_build_object('slug', p.slug, 'name', p.name)
             FROM archive_event p WHERE p.id = e.part_of_id AND p.{_PUBLISHED}),
  'topics', (SELECT coalesce(json_agg(json_build_object('slug', t.slug, 'name', t.name,
      'parent', (SELECT json_build_object('slug', p.slug, 'name', p.name)
                 FROM archive_topic p WHERE p.id = t.parent_id AND p.{_PUBLISHED})) ORDER BY t.slug), '[]')
    FROM archive_event_topics et JOIN archive_topic t ON t.id = et.topic_id
    WHERE et.event_id = e.id AND t.{_PUBLISHED}),
  'participations', (SELECT coalesce(json_agg(json_build_object('role', upper(p.role),
      'party', json_build_object('slug', coalesce(b.slug, o.slug), 'name', coalesce(b.name, o.name)))
      ORDER BY p.id), '[]')
    FROM archive_participation p LEFT JOIN archive_body b ON b.id = p.body_id
    LEFT JOIN archive_official o ON o.id = p.official_id
    WHERE p.event_id = e.id AND (b.{_PUBLISHED} OR o.{_PUBLISHED})),
  'relations', (SELECT coalesce(json_agg(json_build_object('kind', upper(r.kind), 'toEvent', json_build_object(
      'slug', t.slug, 'name', t.name, 'date', json_build_object('text', t.date))) ORDER BY r.id), '[]')
    FROM archive_relation r JOIN archive_event t ON t.id = r.to_event_id
    WHERE r.from_event_id = e.id AND t.{_PUBLISHED}),
  'citations', (SELECT coalesce(json_agg(json_build_object('locator', c.locator, 'quotation', c.quotation,
      'stance', upper(c.stance), 'source', json_build_object('slug', s.slug, 'title', s.title,
        'publisher', CASE WHEN b.id IS NOT NULL THEN json_build_object('slug', b.slug, 'name', b.name) END))
      ORDER BY c.id), '[]')
    FROM archive_citation c JOIN archive_source s ON s.id = c.source_id
    LEFT JOIN archive_body b ON b.id = s.publisher_id AND b.{_PUBLISHED}
    WHERE c.event_id = e.id AND s.{_PUBLISHED}),
  'statements', json_build_object('nodes', (SELECT coalesce(json_agg(json_build_object(
      'slug', s.slug, 'name', s.name, 'text', s.text, 'date', json_build_object('text', s.date),
      'speaker', CASE WHEN o.id IS NOT NULL THEN json_build_object('slug', o.slug, 'name', o.name,
        'state', CASE WHEN b.id IS NOT NULL THEN json_build_object('slug', b.slug, 'name', b.name) END) END,
      'capacities', (SELECT coalesce(json_agg(json_build_object('office', json_build_object('slug', f.slug,
          'name', f.name, 'body', json_build_object('slug', g.slug, 'name', g.name))) ORDER BY a.start_sort, a.slug),
          '[]')
        FROM archive_statement_capacities sc JOIN archive_appointment a ON a.id = sc.appointment_id
        JOIN archive_official h ON h.id = a.official_id
        JOIN archive_office f ON f.id = a.office_id JOIN archive_body g ON g.id = f.body_id
        WHERE sc.statement_id = s.id AND a.{_PUBLISHED} AND h.{_PUBLISHED} AND f.{_PUBLISHED} AND g.{_PUBLISHED}),
      'speechActs', (SELECT coalesce(json_agg(json_build_object('slug', x.slug, 'kind', upper(x.kind),
          'text', x.text, 'condition', x.condition,
          'addressees', (SELECT coalesce(json_agg(json_build_object('slug', y.slug, 'name', y.name)), '[]') FROM (
              SELECT b2.slug, b2.name FROM archive_speechact_addressee_bodies ab
              JOIN archive_body b2 ON b2.id = ab.body_id WHERE ab.speechact_id = x.id AND b2.{_PUBLISHED}
              UNION ALL
              SELECT o2.slug, o2.name FROM archive_speechact_addressee_officials ao
              JOIN archive_official o2 ON o2.id = ao.official_id WHERE ao.speechact_id = x.id AND o2.{_PUBLISHED}
            ) y)) ORDER BY x.ordinal), '[]')
        FROM archive_speechact x WHERE x.statement_id = s.id))), '[]')
    FROM (SELECT * FROM archive_statement WHERE occasion_id = e.id AND {_PUBLISHED}
          ORDER BY date_sort, sequence, slug LIMIT 10) s
    LEFT JOIN archive_official o ON o.id = s.speaker_id AND o.{_PUBLISHED}
    LEFT JOIN archive_body b ON b.id = o.state_id AND b.{_PUBLISHED})))))::text
FROM archive_event e WHERE e.slug = $1::text AND e.{_PUBLISHED}
"""

Q3 = f"""
SELECT json_build_object('data', json_build_object('statements', json_build_object('nodes', coalesce(json_agg(
  json_build_object('slug', s.slug, 'name', s.name, 'summary', s.summary,
    'date', json_build_object('text', s.date, 'display', s.date_display,
                              'earliest', s.date_earliest, 'latest', s.date_latest),
    'capacities', (SELECT coalesce(json_agg(json_build_object('office', json_build_object('slug', f.slug,
        'name', f.name)) ORDER BY a.start_sort, a.slug), '[]')
      FROM archive_statement_capacities sc JOIN archive_appointment a ON a.id = sc.appointment_id
      JOIN archive_official h ON h.id = a.official_id
      JOIN archive_office f ON f.id = a.office_id JOIN archive_body g ON g.id = f.body_id
      WHERE sc.statement_id = s.id AND a.{_PUBLISHED} AND h.{_PUBLISHED} AND f.{_PUBLISHED} AND g.{_PUBLISHED}),
    'topics', (SELECT coalesce(json_agg(json_build_object('slug', t.slug) ORDER BY t.slug), '[]')
      FROM archive_statement_topics st JOIN archive_topic t ON t.id = st.topic_id
      WHERE st.statement_id = s.id AND t.{_PUBLISHED})
  )), '[]'))))::text
FROM (SELECT s.* FROM archive_statement s
      WHERE s.speaker_id = (SELECT id FROM archive_official WHERE slug = $1::text AND {_PUBLISHED})
        AND s.{_PUBLISHED}
      ORDER BY s.date_sort, s.sequence, s.slug LIMIT 100) s
"""

Q4 = f"""
SELECT json_build_object('data', json_build_object('statements', json_build_object(
  'nodes', coalesce(json_agg(json_build_object('slug', s.slug, 'name', s.name,
    'date', json_build_object('text', s.date),
    'speaker', CASE WHEN o.id IS NOT NULL THEN json_build_object('slug', o.slug, 'name', o.name) END)
    ORDER BY s.date_sort, s.sequence, s.slug) FILTER (WHERE s.n <= 50), '[]'),
  'pageInfo', json_build_object('hasNextPage', count(*) > 50,
    'endCursor', max(CASE WHEN s.n = 50 THEN s.date_sort || ' ' || s.sequence || ' ' || s.slug END)))))::text
FROM (SELECT s.*, row_number() OVER () AS n FROM (
        SELECT * FROM archive_statement
        WHERE {_PUBLISHED} AND (date_sort, sequence, slug) > ($1::bigint, $2::int, $3::text)
        ORDER BY date_sort, sequence, slug LIMIT 51) s) s
LEFT JOIN archive_official o ON o.id = s.speaker_id AND o.{_PUBLISHED}
"""

Q5 = f"""
SELECT json_build_object('data', json_build_object('speechActs', json_build_object('nodes', coalesce(json_agg(
  json_build_object('slug', x.slug, 'text', x.text, 'condition', x.condition, 'statement', json_build_object(
    'slug', x.said, 'date', json_build_object('text', x.date),
    'speaker', CASE WHEN o.id IS NOT NULL THEN json_build_object('slug', o.slug, 'name', o.name) END,
    'capacities', (SELECT coalesce(json_agg(json_build_object('office', json_build_object('slug', f.slug,
        'name', f.name, 'body', json_build_object('slug', g.slug, 'name', g.name))) ORDER BY a.start_sort, a.slug),
        '[]')
      FROM archive_statement_capacities sc JOIN archive_appointment a ON a.id = sc.appointment_id
      JOIN archive_official h ON h.id = a.official_id
      JOIN archive_office f ON f.id = a.office_id JOIN archive_body g ON g.id = f.body_id
      WHERE sc.statement_id = x.statement_id
        AND a.{_PUBLISHED} AND h.{_PUBLISHED} AND f.{_PUBLISHED} AND g.{_PUBLISHED})
  ))), '[]'))))::text
FROM (SELECT x.slug, x.text, x.condition, x.statement_id, s.slug AS said, s.date, s.speaker_id
      FROM archive_addresseeindex d JOIN archive_speechact x ON x.id = d.act_id
      JOIN archive_statement s ON s.id = x.statement_id
      WHERE d.kind = 'demand' AND d.body_id = (SELECT id FROM archive_body WHERE iso3166 = $1::text AND {_PUBLISHED})
        AND s.{_PUBLISHED} AND (s.date_earliest <= $2::date OR s.date_earliest IS NULL)
        AND d.date_sort < ($2::date - DATE '0001-01-01' + 2) * 10000000::bigint
        AND NOT EXISTS (SELECT FROM archive_outcome u LEFT JOIN archive_event e ON e.id = u.event_id
                        LEFT JOIN archive_speechact w ON w.id = u.answer_id
                        LEFT JOIN archive_statement v ON v.id = w.statement_id
                        WHERE u.speech_act_id = x.id AND u.date_latest <= $2::date
                          AND (e.id IS NULL OR e.{_PUBLISHED}) AND (v.id IS NULL OR v.{_PUBLISHED}))
      ORDER BY d.date_sort DESC, s.sequence DESC, s.slug DESC, x.ordinal DESC LIMIT 50) x
LEFT JOIN archive_official o ON o.id = x.speaker_id AND o.{_PUBLISHED}
"""

#: Each statement with the names of its parameters.
STATEMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Q1": (Q1, ("from", "to")),
    "Q2": (Q2, ("slug",)),
    "Q3": (Q3, ("speaker",)),
    "Q4": (Q4, ("date_sort", "sequence", "last_slug")),
    "Q5": (Q5, ("state", "last")),
}
