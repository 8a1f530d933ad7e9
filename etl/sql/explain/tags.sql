SELECT 'topic' AS kind, t.id, t.name, CAST(f.score AS DOUBLE) AS score, NULL AS threshold, false AS vetoed, NULL AS role, true AS known
FROM topic_fact AS f JOIN topic AS t USING (topic_no) WHERE f.story_no = $story_no
UNION ALL
SELECT 'near', t.id, t.name, CAST(f.score AS DOUBLE), CAST(f.threshold AS DOUBLE), f.vetoed, NULL, true
FROM topic_near AS f JOIN topic AS t USING (topic_no) WHERE f.story_no = $story_no
UNION ALL
SELECT 'organization', o.id, o.name, NULL, NULL, false, f.role, o.known
FROM organization_fact AS f JOIN organization AS o USING (organization_no) WHERE f.story_no = $story_no
UNION ALL
SELECT 'region', r.code, r.name, NULL, NULL, false, f.role, true
FROM region_fact AS f JOIN region AS r USING (region_no) WHERE f.story_no = $story_no
ORDER BY kind, score DESC, name;
