-- fail
-- A tag has no entry in its table: views drop it, and counts differ between pages.
SELECT 'topic' AS kind, f.topic_no AS tag FROM topic_fact AS f ANTI JOIN topic AS t USING (topic_no)
UNION ALL
SELECT 'near', f.topic_no FROM topic_near AS f ANTI JOIN topic AS t USING (topic_no)
UNION ALL
SELECT 'organization', f.organization_no FROM organization_fact AS f ANTI JOIN organization AS o USING (organization_no)
UNION ALL
SELECT 'region', f.region_no FROM region_fact AS f ANTI JOIN region AS r USING (region_no)
UNION ALL
SELECT 'source', s.source_no FROM story_fact AS s ANTI JOIN source AS src USING (source_no);
