-- Everything that a line can be drawn of, with the number of stories on it. Topics and desks are listed even with none.
WITH held AS MATERIALIZED (
    SELECT k.key, f.stories FROM (SELECT line_no, count(*) AS stories FROM line_fact GROUP BY line_no) AS f JOIN line_key AS k USING (line_no)
)
SELECT 'topic:' || id AS key, name, short, 'topic' AS kind, style_no, definition, coalesce(stories, 0) AS stories, was, 1 AS rank
FROM topic LEFT JOIN held ON held.key = 'topic:' || id
UNION ALL
SELECT 'topic:untagged', 'No topic found', 'No topic found', 'topic', NULL, 'Stories in which the tagger found none of the topics.',
       coalesce((SELECT stories FROM held WHERE key = 'topic:untagged'), 0), [], 2
UNION ALL
SELECT kind || ':' || id, name, short, kind, NULL,
       (SELECT 'Any of: ' || string_agg(t.name, ', ' ORDER BY t.topic_no) FROM topic_group_member AS m
        JOIN topic AS t ON t.id = m.topic_id WHERE m.group_id = g.id),
       coalesce(stories, 0), [], 3
FROM topic_group AS g LEFT JOIN held ON held.key = g.kind || ':' || g.id
UNION ALL
SELECT 'organization:' || o.id, o.name, o.name, 'organization', NULL, concat_ws(', ', o.type, o.country), held.stories, [], 4
FROM organization AS o JOIN held ON held.key = 'named:' || o.id
UNION ALL
SELECT 'region:' || r.code, r.name, r.name, 'region', NULL, r.kind, held.stories, [], 5
FROM region AS r JOIN held ON held.key = 'region:' || r.code
UNION ALL
SELECT 'region:none', 'No place named', 'No place named', 'region', NULL, 'Stories that name no place.',
       coalesce((SELECT stories FROM held WHERE key = 'region:none'), 0), [], 6
ORDER BY rank, stories DESC, key
