-- fail
-- Evidence is of an unknown kind or for a tag that its story does not carry: "why this tag?" would answer about another.
SELECT e.story_no, e.kind, e.tag_id FROM evidence AS e
WHERE e.kind NOT IN ('topic', 'near', 'veto', 'organization', 'region')
UNION ALL
SELECT e.story_no, e.kind, e.tag_id FROM evidence AS e
ANTI JOIN (SELECT f.story_no, t.id AS tag_id FROM topic_fact AS f JOIN topic AS t USING (topic_no)) AS held USING (story_no, tag_id)
WHERE e.kind = 'topic'
UNION ALL
SELECT e.story_no, e.kind, e.tag_id FROM evidence AS e
ANTI JOIN (SELECT f.story_no, t.id AS tag_id FROM topic_near AS f JOIN topic AS t USING (topic_no)) AS held USING (story_no, tag_id)
WHERE e.kind IN ('near', 'veto')
UNION ALL
SELECT e.story_no, e.kind, e.tag_id FROM evidence AS e
ANTI JOIN (SELECT f.story_no, o.id AS tag_id FROM organization_fact AS f JOIN organization AS o USING (organization_no)) AS held
    USING (story_no, tag_id)
WHERE e.kind = 'organization'
UNION ALL
SELECT e.story_no, e.kind, e.tag_id FROM evidence AS e
ANTI JOIN (SELECT f.story_no, r.code AS tag_id FROM region_fact AS f JOIN region AS r USING (region_no)) AS held USING (story_no, tag_id)
WHERE e.kind = 'region';
