-- The tags whose evidence speaks for a line that gathers several: a desk's topics, a continent's countries.
SELECT g.kind || ':' || g.id AS key, 'topic' AS kind, m.topic_id AS tag_id
FROM topic_group AS g JOIN topic_group_member AS m ON m.group_id = g.id
UNION ALL
SELECT 'region:' || group_code, 'region', code FROM region_member
