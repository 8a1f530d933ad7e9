-- All tags of these stories, for the chips under each.
SELECT f.story_no, 'topic' AS kind, t.id, t.short AS name, f.score, NULL AS role
FROM topic_fact AS f JOIN topic AS t USING (topic_no) WHERE list_contains($stories, f.story_no)
UNION ALL
SELECT f.story_no, 'organization', o.id, o.name, NULL, f.role
FROM organization_fact AS f JOIN organization AS o USING (organization_no)
WHERE list_contains($stories, f.story_no)
UNION ALL
SELECT f.story_no, 'region', r.code, r.name, NULL, f.role
FROM region_fact AS f JOIN region AS r USING (region_no) WHERE list_contains($stories, f.story_no)
ORDER BY story_no, kind DESC, score DESC, name
