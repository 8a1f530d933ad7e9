-- fail
-- A story carries the same tag twice: a line rises with no story behind it.
SELECT 'topic' AS kind, story_no, topic_no AS tag
FROM topic_fact WHERE story_no BETWEEN $first AND $last GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'organization', story_no, organization_no
FROM organization_fact WHERE story_no BETWEEN $first AND $last GROUP BY ALL HAVING count(*) > 1
UNION ALL
SELECT 'region', story_no, region_no FROM region_fact WHERE story_no BETWEEN $first AND $last GROUP BY ALL HAVING count(*) > 1;
