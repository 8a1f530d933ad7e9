-- fail
-- A tag repeats another day, source or lead than its story has: numerator and denominator would come from different stories.
SELECT 'topic' AS kind, f.story_no FROM topic_fact AS f JOIN story_fact AS s USING (story_no)
WHERE f.day <> s.day OR f.source_no <> s.source_no OR f.is_lead <> s.is_lead
UNION ALL
SELECT 'organization', f.story_no FROM organization_fact AS f JOIN story_fact AS s USING (story_no)
WHERE f.day <> s.day OR f.source_no <> s.source_no OR f.is_lead <> s.is_lead
UNION ALL
SELECT 'region', f.story_no FROM region_fact AS f JOIN story_fact AS s USING (story_no)
WHERE f.day <> s.day OR f.source_no <> s.source_no OR f.is_lead <> s.is_lead;
