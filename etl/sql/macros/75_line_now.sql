-- Every line with what it gathers, as the tables of tags say now. Stories without a tag are lines too: 'topic:untagged' and
-- 'region:none' are categories and are shown (STATISTICS 5). A group of regions gathers those in it at any depth, and itself.
CREATE OR REPLACE MACRO line_now() AS TABLE
SELECT 'topic:' || id AS key, 'topic' AS kind, [topic_no] AS members FROM topic
UNION ALL
SELECT 'topic:untagged', 'untagged', CAST([] AS INTEGER[])
UNION ALL
SELECT g.kind || ':' || g.id, 'group', list(DISTINCT t.topic_no ORDER BY t.topic_no)
FROM topic_group AS g JOIN topic_group_member AS m ON m.group_id = g.id JOIN topic AS t ON t.id = m.topic_id
GROUP BY g.kind, g.id
UNION ALL
SELECT 'organization:' || id, 'organization', [organization_no] FROM organization
UNION ALL
SELECT 'named:' || id, 'named', [organization_no] FROM organization
UNION ALL
SELECT 'region:' || m.group_code, 'region', list(DISTINCT r.region_no ORDER BY r.region_no)
FROM region AS r JOIN (SELECT code, group_code FROM region_member UNION ALL SELECT code, code FROM region) AS m USING (code)
GROUP BY m.group_code
UNION ALL
SELECT 'region:none', 'nowhere', CAST([] AS INTEGER[]);
