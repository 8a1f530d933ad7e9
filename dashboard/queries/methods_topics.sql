-- Each topic with its desk, its definition and the number of stories that carry it (copies and letters included).
SELECT t.id, t.name, t.short, t.definition, t.was, g.name AS desk, coalesce(f.n, 0) AS stories
FROM topic AS t
LEFT JOIN topic_group_member AS m ON m.topic_id = t.id AND m.group_id IN (SELECT id FROM topic_group WHERE kind = 'desk')
LEFT JOIN topic_group AS g ON g.id = m.group_id
LEFT JOIN (SELECT topic_no, count(*) AS n FROM topic_fact GROUP BY topic_no) AS f USING (topic_no)
ORDER BY g.position, t.topic_no
