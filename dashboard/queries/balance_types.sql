-- The types of organizations that stories can be about.
SELECT DISTINCT coalesce(type, 'unlisted') AS type FROM organization ORDER BY 1
