-- fail
-- A tag points to no story: a number in a chart would open to fewer stories than it counts.
SELECT kind, story_no FROM (
    SELECT 'topic' AS kind, story_no FROM topic_fact WHERE story_no BETWEEN $first AND $last
    UNION ALL
    SELECT 'organization', story_no FROM organization_fact WHERE story_no BETWEEN $first AND $last
    UNION ALL
    SELECT 'region', story_no FROM region_fact WHERE story_no BETWEEN $first AND $last
    UNION ALL
    SELECT 'near', story_no FROM topic_near WHERE story_no BETWEEN $first AND $last
    UNION ALL
    SELECT 'evidence', story_no FROM evidence WHERE story_no BETWEEN $first AND $last
) AS f ANTI JOIN (SELECT story_no FROM story_fact WHERE story_no BETWEEN $first AND $last) AS s USING (story_no);
