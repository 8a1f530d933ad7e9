-- Everything that a chart can draw a line of, as (key, story_no), each story at most once a line. A key is 'kind:id': topic, desk,
-- group, organization (the story is about it), named (the story is about it or names it) or region.
-- Stories without a tag are lines too: 'topic:untagged' and 'region:none' are categories and are shown (STATISTICS 5).
CREATE VIEW story_line AS
SELECT 'topic:' || t.id AS key, f.story_no
FROM topic_fact AS f JOIN topic AS t USING (topic_no)
UNION ALL
SELECT 'topic:untagged', s.story_no
FROM story_fact AS s ANTI JOIN topic_fact AS f ON f.story_no = s.story_no
UNION ALL
SELECT DISTINCT g.kind || ':' || g.id, f.story_no
FROM topic_fact AS f
JOIN topic AS t USING (topic_no)
JOIN topic_group_member AS m ON m.topic_id = t.id
JOIN topic_group AS g ON g.id = m.group_id
UNION ALL
SELECT 'organization:' || o.id, f.story_no
FROM organization_fact AS f JOIN organization AS o USING (organization_no)
WHERE f.role = 'focus'
UNION ALL
SELECT 'named:' || o.id, f.story_no
FROM organization_fact AS f JOIN organization AS o USING (organization_no)
WHERE f.role IN ('focus', 'mention')
UNION ALL
SELECT DISTINCT 'region:' || coalesce(m.group_code, r.code), f.story_no
FROM region_fact AS f
JOIN region AS r USING (region_no)
LEFT JOIN (SELECT code, group_code FROM region_member UNION ALL SELECT code, code FROM region) AS m ON m.code = r.code
UNION ALL
SELECT 'region:none', s.story_no
FROM story_fact AS s ANTI JOIN region_fact AS f ON f.story_no = s.story_no;
