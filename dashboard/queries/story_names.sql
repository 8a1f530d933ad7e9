-- The organizations and regions of a story, those that it is about first.
SELECT 'organization' AS kind, o.id, o.name, f.role, o.known
FROM organization_fact AS f JOIN organization AS o USING (organization_no) WHERE f.story_no = $story_no
UNION ALL
SELECT 'region', r.code, r.name, f.role, true
FROM region_fact AS f JOIN region AS r USING (region_no) WHERE f.story_no = $story_no
ORDER BY kind, list_position(['focus', 'mention', 'product', 'source'], role), name
