-- fail
-- A role is none of the codebook's: share of voice would leave the story out.
SELECT 'organization' AS kind, story_no, role FROM organization_fact WHERE role NOT IN ('focus', 'mention', 'source', 'product')
UNION ALL
SELECT 'region', story_no, role FROM region_fact WHERE role NOT IN ('focus', 'mention');
