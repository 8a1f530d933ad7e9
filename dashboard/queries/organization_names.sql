-- Every organization that a story names in any role, by key, with what the seeds say of it.
SELECT 'organization:' || o.id AS key, o.name, coalesce(o.type, 'unlisted') AS type, coalesce(o.country, 'unknown') AS home,
       coalesce(r.name, o.country, '') AS country, o.known
FROM organization AS o LEFT JOIN region AS r ON r.code = o.country
WHERE o.organization_no IN (SELECT organization_no FROM organization_fact)
ORDER BY o.id
