-- warn
-- Names are tagged without the words that gave them, nor did an editor add them: "why this tag?" has no answer.
SELECT kind, story_no, tag_id FROM (
    SELECT 'organization' AS kind, f.story_no, o.id AS tag_id
    FROM organization_fact AS f JOIN organization AS o USING (organization_no) WHERE f.story_no BETWEEN $first AND $last
    UNION ALL
    SELECT 'region', f.story_no, r.code FROM region_fact AS f JOIN region AS r USING (region_no) WHERE f.story_no BETWEEN $first AND $last
) AS f
ANTI JOIN (SELECT kind, story_no, tag_id FROM evidence WHERE story_no BETWEEN $first AND $last) AS e USING (kind, story_no, tag_id)
ANTI JOIN (SELECT kind, story_no, tag_id FROM decision WHERE action = 'add') AS d USING (kind, story_no, tag_id);
