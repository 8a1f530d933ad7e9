INSERT INTO evidence BY NAME
SELECT story_no, kind, tag_id, span.field AS field, span.start AS start_char, span."end" AS end_char, span.weight AS weight
FROM (
    SELECT story_no, kind, tag_id, unnest(spans) AS span
    FROM (
        SELECT story_no, 'topic' AS kind, tag.id AS tag_id, tag.evidence AS spans
        FROM (SELECT story_no, unnest(topics) AS tag FROM staged)
        UNION ALL
        SELECT story_no, 'near', tag.id, tag.evidence FROM (SELECT story_no, unnest(topics_near) AS tag FROM staged)
        UNION ALL
        SELECT story_no, 'organization', tag.id, tag.spans FROM (SELECT story_no, unnest(organizations) AS tag FROM staged)
        UNION ALL
        SELECT story_no, 'region', tag.code, tag.spans FROM (SELECT story_no, unnest(regions) AS tag FROM staged)
    )
)
ORDER BY story_no;
