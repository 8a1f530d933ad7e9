-- The organizations that these stories are about and that are at home in a country, or in a country of an area.
SELECT DISTINCT 'organization:' || o.id AS key
FROM organization_fact AS f JOIN organization AS o USING (organization_no)
WHERE f.role = 'focus' AND f.story_no IN (SELECT unnest($stories))
  AND (o.country = $code OR o.country IN (SELECT code FROM region_member WHERE group_code = $code))
ORDER BY key
