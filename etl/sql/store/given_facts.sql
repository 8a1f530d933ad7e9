-- Facts and evidence of the stories in `tagged`. Organizations that no seed lists get the next numbers in the order in which stories
-- name them, and the name that the first one gives.
INSERT INTO organization BY NAME
SELECT row_number() OVER (ORDER BY met.place) + (SELECT coalesce(max(organization_no), 0) FROM organization) AS organization_no,
    met.id, met.name, false AS known
FROM (
    SELECT tag.id AS id, arg_min(tag.name, (story_no, position)) AS name, min((story_no, position)) AS place
    FROM (SELECT story_no, unnest(organizations) AS tag, generate_subscripts(organizations, 1) AS position FROM tagged)
    WHERE NOT tag.known GROUP BY tag.id
) AS met
ANTI JOIN organization AS held USING (id);
INSERT INTO topic_fact BY NAME
SELECT s.story_no, t.topic_no, s.day, s.source_no, s.is_lead, f.tag.score AS score
FROM (SELECT story_no, unnest(topics) AS tag FROM tagged) AS f
JOIN topic AS t ON t.id = f.tag.id JOIN story_fact AS s USING (story_no)
ORDER BY s.story_no, t.topic_no;
INSERT INTO topic_near BY NAME
SELECT f.story_no, t.topic_no, f.tag.score AS score, f.tag.threshold AS threshold, f.tag.veto IS NOT NULL AS vetoed
FROM (SELECT story_no, unnest(topics_near) AS tag FROM tagged) AS f JOIN topic AS t ON t.id = f.tag.id
ORDER BY f.story_no, f.tag.score DESC;
INSERT INTO organization_fact BY NAME
SELECT s.story_no, o.organization_no, s.day, s.source_no, s.is_lead, f.tag.role AS role
FROM (SELECT story_no, unnest(organizations) AS tag FROM tagged) AS f
JOIN organization AS o ON o.id = f.tag.id JOIN story_fact AS s USING (story_no)
ORDER BY s.story_no, o.organization_no;
INSERT INTO region_fact BY NAME
SELECT s.story_no, r.region_no, s.day, s.source_no, s.is_lead, f.tag.role AS role
FROM (SELECT story_no, unnest(regions) AS tag FROM tagged) AS f
JOIN region AS r ON r.code = f.tag.code JOIN story_fact AS s USING (story_no)
ORDER BY s.story_no, r.region_no;
INSERT INTO evidence BY NAME
SELECT story_no, kind, tag_id, span.field AS field, span.start AS start_char, span."end" AS end_char, span.weight AS weight
FROM (
    SELECT story_no, kind, tag_id, unnest(spans) AS span
    FROM (
        SELECT story_no, 'topic' AS kind, tag.id AS tag_id, tag.evidence AS spans FROM (SELECT story_no, unnest(topics) AS tag FROM tagged)
        UNION ALL
        SELECT story_no, 'near', tag.id, tag.evidence FROM (SELECT story_no, unnest(topics_near) AS tag FROM tagged)
        UNION ALL
        SELECT story_no, 'veto', tag.id, [tag.veto] FROM (SELECT story_no, unnest(topics_near) AS tag FROM tagged) WHERE tag.veto IS NOT NULL
        UNION ALL
        SELECT story_no, 'organization', tag.id, tag.spans FROM (SELECT story_no, unnest(organizations) AS tag FROM tagged)
        UNION ALL
        SELECT story_no, 'region', tag.code, tag.spans FROM (SELECT story_no, unnest(regions) AS tag FROM tagged)
    )
)
ORDER BY story_no;
