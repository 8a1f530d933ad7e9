-- fail
-- Evidence is of an unknown kind or for a tag that its story does not carry: "why this tag?" would answer about another.
SELECT e.story_no, e.kind, e.tag_id FROM (FROM evidence WHERE story_no BETWEEN $first AND $last) AS e
LEFT JOIN (
    SELECT 'topic' AS kind, id AS tag_id, 1 AS kind_no, topic_no AS tag_no FROM topic
    UNION ALL SELECT unnest(['near', 'veto']), id, 2, topic_no FROM topic
    UNION ALL SELECT 'organization', id, 3, organization_no FROM organization
    UNION ALL SELECT 'region', code, 4, region_no FROM region
) AS known USING (kind, tag_id)
ANTI JOIN (
    SELECT story_no, 1 AS kind_no, topic_no AS tag_no FROM topic_fact WHERE story_no BETWEEN $first AND $last
    UNION ALL SELECT story_no, 2, topic_no FROM topic_near WHERE story_no BETWEEN $first AND $last
    UNION ALL SELECT story_no, 3, organization_no FROM organization_fact WHERE story_no BETWEEN $first AND $last
    UNION ALL SELECT story_no, 4, region_no FROM region_fact WHERE story_no BETWEEN $first AND $last
) AS held ON held.story_no = e.story_no AND held.kind_no = known.kind_no AND held.tag_no = known.tag_no;
