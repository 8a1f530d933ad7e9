-- A tag that the seeds do not list, which the joins would drop.
SELECT kind, id FROM (
    SELECT 'topic' AS kind, unnest(topics).id AS id FROM tagged
    UNION ALL SELECT 'topic', unnest(topics_near).id FROM tagged
    UNION ALL SELECT 'organization', o.id FROM (SELECT unnest(organizations) AS o FROM tagged) WHERE o.known
    UNION ALL SELECT 'region', unnest(regions).code FROM tagged
) AS found
WHERE (kind, id) NOT IN (
    SELECT ('topic', id) FROM topic UNION ALL SELECT ('organization', id) FROM organization UNION ALL SELECT ('region', code) FROM region
)
ORDER BY ALL LIMIT 1;
