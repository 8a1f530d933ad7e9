-- The names of these tags, each given as kind:id.
SELECT kind, id, name FROM (
    SELECT 'topic' AS kind, id, name FROM topic
    UNION ALL SELECT 'organization', id, name FROM organization
    UNION ALL SELECT 'region', code, name FROM region
) WHERE kind || ':' || id IN (SELECT unnest($tags))
