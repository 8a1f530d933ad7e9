-- fail
-- A tag points to no story: a number in a chart would open to fewer stories than it counts.
SELECT 'topic' AS kind, f.story_no FROM topic_fact AS f ANTI JOIN story_fact AS s USING (story_no)
UNION ALL
SELECT 'organization', f.story_no FROM organization_fact AS f ANTI JOIN story_fact AS s USING (story_no)
UNION ALL
SELECT 'region', f.story_no FROM region_fact AS f ANTI JOIN story_fact AS s USING (story_no)
UNION ALL
SELECT 'near', f.story_no FROM topic_near AS f ANTI JOIN story_fact AS s USING (story_no)
UNION ALL
SELECT 'evidence', f.story_no FROM evidence AS f ANTI JOIN story_fact AS s USING (story_no);
