"""The same questions by hand for SQLite. Ordered subqueries, for its aggregates take no order before 3.44."""

from __future__ import annotations

_PUBLISHED = "status = 'published'"

Q1 = f"""
SELECT json_object('data', json_object('events', json_object('nodes', (SELECT json_group_array(json_object(
  'slug', e.slug, 'name', e.name, 'date', json_object('text', e.date, 'display', e.date_display),
  'topics', (SELECT json_group_array(json_object('slug', t.slug, 'name', t.name)) FROM (
      SELECT t.slug, t.name FROM archive_event_topics et JOIN archive_topic t ON t.id = et.topic_id
      WHERE et.event_id = e.id AND t.{_PUBLISHED} ORDER BY t.slug) t),
  'statements', json_object('nodes', (SELECT json_group_array(json_object(
      'slug', s.slug, 'name', s.name, 'date', json_object('text', s.date),
      'speaker', (SELECT json_object('slug', o.slug, 'name', o.name,
          'state', (SELECT json_object('slug', b.slug, 'name', b.name, 'iso3166', b.iso3166)
                    FROM archive_body b WHERE b.id = o.state_id AND b.{_PUBLISHED}))
        FROM archive_official o WHERE o.id = s.speaker_id AND o.{_PUBLISHED})))
    FROM (SELECT * FROM archive_statement WHERE occasion_id = e.id AND {_PUBLISHED}
          ORDER BY date_sort, sequence, slug LIMIT 5) s))))
FROM (SELECT id, slug, name, date, date_display FROM archive_event
      WHERE {_PUBLISHED} AND classification = 'meeting'
        AND (date_earliest <= ?2 OR date_earliest IS NULL) AND (date_latest >= ?1 OR date_latest IS NULL)
      ORDER BY date_sort DESC, sequence DESC, slug DESC LIMIT 50) e))))
"""

Q2 = f"""
SELECT json_object('data', json_object('event', json_object(
  'slug', e.slug, 'name', e.name, 'summary', e.summary, 'classification', upper(e.classification),
  'date', json_object('text', e.date, 'display', e.date_display, 'earliest', e.date_earliest, 'latest', e.date_latest),
  'place', e.place,
  'partOf', (SELECT json_object('slug', p.slug, 'name', p.name) FROM archive_event p
             WHERE p.id = e.part_of_id AND p.{_PUBLISHED}),
  'topics', (SELECT json_group_array(json_object('slug', t.slug, 'name', t.name,
      'parent', (SELECT json_object('slug', p.slug, 'name', p.name) FROM archive_topic p
                 WHERE p.id = t.parent_id AND p.{_PUBLISHED})))
    FROM (SELECT t.* FROM archive_event_topics et JOIN archive_topic t ON t.id = et.topic_id
          WHERE et.event_id = e.id AND t.{_PUBLISHED} ORDER BY t.slug) t),
  'participations', (SELECT json_group_array(json_object('role', upper(p.role),
      'party', coalesce((SELECT json_object('slug', b.slug, 'name', b.name) FROM archive_body b WHERE b.id = p.body_id),
        (SELECT json_object('slug', o.slug, 'name', o.name) FROM archive_official o WHERE o.id = p.official_id))))
    FROM (SELECT * FROM archive_participation WHERE event_id = e.id ORDER BY id) p),
  'relations', (SELECT json_group_array(json_object('kind', upper(r.kind), 'toEvent', json_object(
      'slug', r.slug, 'name', r.name, 'date', json_object('text', r.date))))
    FROM (SELECT r.kind, t.slug, t.name, t.date FROM archive_relation r JOIN archive_event t ON t.id = r.to_event_id
          WHERE r.from_event_id = e.id AND t.{_PUBLISHED} ORDER BY r.id) r),
  'citations', (SELECT json_group_array(json_object('locator', c.locator, 'quotation', c.quotation,
      'stance', upper(c.stance), 'source', json_object('slug', c.slug, 'title', c.title,
        'publisher', (SELECT json_object('slug', b.slug, 'name', b.name) FROM archive_body b
                      WHERE b.id = c.publisher_id AND b.{_PUBLISHED}))))
    FROM (SELECT c.locator, c.quotation, c.stance, s.slug, s.title, s.publisher_id FROM archive_citation c
          JOIN archive_source s ON s.id = c.source_id WHERE c.event_id = e.id AND s.{_PUBLISHED} ORDER BY c.id) c),
  'statements', json_object('nodes', (SELECT json_group_array(json_object(
      'slug', s.slug, 'name', s.name, 'text', s.text, 'date', json_object('text', s.date),
      'speaker', (SELECT json_object('slug', o.slug, 'name', o.name,
          'state', (SELECT json_object('slug', b.slug, 'name', b.name) FROM archive_body b
                    WHERE b.id = o.state_id AND b.{_PUBLISHED}))
        FROM archive_official o WHERE o.id = s.speaker_id AND o.{_PUBLISHED}),
      'capacities', (SELECT json_group_array(json_object('office', json_object('slug', c.slug, 'name', c.name,
          'body', json_object('slug', c.body, 'name', c.body_name))))
        FROM (SELECT f.slug, f.name, g.slug AS body, g.name AS body_name FROM archive_statement_capacities sc
              JOIN archive_appointment a ON a.id = sc.appointment_id
              JOIN archive_office f ON f.id = a.office_id JOIN archive_body g ON g.id = f.body_id
              JOIN archive_official h ON h.id = a.official_id
              WHERE sc.statement_id = s.id
                AND a.{_PUBLISHED} AND h.{_PUBLISHED} AND f.{_PUBLISHED} AND g.{_PUBLISHED}
              ORDER BY a.start_sort, a.slug) c),
      'speechActs', (SELECT json_group_array(json_object('slug', x.slug, 'kind', upper(x.kind), 'text', x.text,
          'condition', x.condition,
          'addressees', (SELECT json_group_array(json_object('slug', y.slug, 'name', y.name)) FROM (
              SELECT b2.slug, b2.name FROM archive_speechact_addressee_bodies ab
              JOIN archive_body b2 ON b2.id = ab.body_id WHERE ab.speechact_id = x.id AND b2.{_PUBLISHED}
              UNION ALL
              SELECT o2.slug, o2.name FROM archive_speechact_addressee_officials ao
              JOIN archive_official o2 ON o2.id = ao.official_id WHERE ao.speechact_id = x.id AND o2.{_PUBLISHED}) y)))
        FROM (SELECT * FROM archive_speechact WHERE statement_id = s.id ORDER BY ordinal) x)))
    FROM (SELECT * FROM archive_statement WHERE occasion_id = e.id AND {_PUBLISHED}
          ORDER BY date_sort, sequence, slug LIMIT 10) s)))))
FROM archive_event e WHERE e.slug = ?1 AND e.{_PUBLISHED}
"""

Q3 = f"""
SELECT json_object('data', json_object('statements', json_object('nodes', (SELECT json_group_array(json_object(
  'slug', s.slug, 'name', s.name, 'summary', s.summary,
  'date', json_object('text', s.date, 'display', s.date_display, 'earliest', s.date_earliest, 'latest', s.date_latest),
  'capacities', (SELECT json_group_array(json_object('office', json_object('slug', c.slug, 'name', c.name)))
    FROM (SELECT f.slug, f.name FROM archive_statement_capacities sc
          JOIN archive_appointment a ON a.id = sc.appointment_id
          JOIN archive_office f ON f.id = a.office_id JOIN archive_body g ON g.id = f.body_id
          JOIN archive_official h ON h.id = a.official_id
          WHERE sc.statement_id = s.id AND a.{_PUBLISHED} AND h.{_PUBLISHED} AND f.{_PUBLISHED} AND g.{_PUBLISHED}
          ORDER BY a.start_sort, a.slug) c),
  'topics', (SELECT json_group_array(json_object('slug', t.slug)) FROM (
      SELECT t.slug FROM archive_statement_topics st JOIN archive_topic t ON t.id = st.topic_id
      WHERE st.statement_id = s.id AND t.{_PUBLISHED} ORDER BY t.slug) t)))
FROM (SELECT s.* FROM archive_statement s
      WHERE s.speaker_id = (SELECT id FROM archive_official WHERE slug = ?1 AND {_PUBLISHED}) AND s.{_PUBLISHED}
      ORDER BY s.date_sort, s.sequence, s.slug LIMIT 100) s))))
"""

Q4 = f"""
SELECT json_object('data', json_object('statements', json_object(
  'nodes', json_group_array(json_object('slug', s.slug, 'name', s.name, 'date', json_object('text', s.date),
      'speaker', (SELECT json_object('slug', o.slug, 'name', o.name) FROM archive_official o
                  WHERE o.id = s.speaker_id AND o.{_PUBLISHED}))) FILTER (WHERE s.n <= 50),
  'pageInfo', json_object('hasNextPage', iif(count(*) > 50, json('true'), json('false')),
      'endCursor', max(CASE WHEN s.n = 50 THEN s.date_sort || ' ' || s.sequence || ' ' || s.slug END)))))
FROM (SELECT s.*, row_number() OVER () AS n FROM (
        SELECT slug, name, date, speaker_id, date_sort, sequence FROM archive_statement
        WHERE {_PUBLISHED} AND (date_sort, sequence, slug) > (?1, ?2, ?3)
        ORDER BY date_sort, sequence, slug LIMIT 51) s) s
"""

Q5 = f"""
SELECT json_object('data', json_object('speechActs', json_object('nodes', (SELECT json_group_array(json_object(
  'slug', x.slug, 'text', x.text, 'condition', x.condition, 'statement', json_object(
    'slug', x.said, 'date', json_object('text', x.date),
    'speaker', (SELECT json_object('slug', o.slug, 'name', o.name) FROM archive_official o
                WHERE o.id = x.speaker_id AND o.{_PUBLISHED}),
    'capacities', (SELECT json_group_array(json_object('office', json_object('slug', c.slug, 'name', c.name,
        'body', json_object('slug', c.body, 'name', c.body_name))))
      FROM (SELECT f.slug, f.name, g.slug AS body, g.name AS body_name FROM archive_statement_capacities sc
            JOIN archive_appointment a ON a.id = sc.appointment_id
            JOIN archive_office f ON f.id = a.office_id JOIN archive_body g ON g.id = f.body_id
            JOIN archive_official h ON h.id = a.official_id
            WHERE sc.statement_id = x.statement_id
              AND a.{_PUBLISHED} AND h.{_PUBLISHED} AND f.{_PUBLISHED} AND g.{_PUBLISHED}
            ORDER BY a.start_sort, a.slug) c))))
FROM (SELECT x.slug, x.text, x.condition, x.statement_id, s.slug AS said, s.date, s.speaker_id
      FROM archive_addresseeindex d JOIN archive_speechact x ON x.id = d.act_id
      JOIN archive_statement s ON s.id = x.statement_id
      WHERE d.kind = 'demand' AND d.body_id = (SELECT id FROM archive_body WHERE iso3166 = ?1 AND {_PUBLISHED})
        AND s.{_PUBLISHED} AND (s.date_earliest <= ?2 OR s.date_earliest IS NULL)
        AND d.date_sort < CAST(julianday(?2) - julianday('0001-01-01') + 2 AS INTEGER) * 10000000
        AND NOT EXISTS (SELECT 1 FROM archive_outcome u LEFT JOIN archive_event e ON e.id = u.event_id
                        LEFT JOIN archive_speechact w ON w.id = u.answer_id
                        LEFT JOIN archive_statement v ON v.id = w.statement_id
                        WHERE u.speech_act_id = x.id AND u.date_latest <= ?2
                          AND (e.id IS NULL OR e.{_PUBLISHED}) AND (v.id IS NULL OR v.{_PUBLISHED}))
      ORDER BY d.date_sort DESC, s.sequence DESC, s.slug DESC, x.ordinal DESC LIMIT 50) x))))
"""

#: Each statement with the names of its parameters.
STATEMENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "Q1": (Q1, ("from", "to")),
    "Q2": (Q2, ("slug",)),
    "Q3": (Q3, ("speaker",)),
    "Q4": (Q4, ("date_sort", "sequence", "last_slug")),
    "Q5": (Q5, ("state", "last")),
}
