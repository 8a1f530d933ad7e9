-- The parent and the subsidiaries of one organization, with how many of the counted stories count for each by itself.
WITH self AS (SELECT id, parent_id FROM organization WHERE 'organization:' || id = $key),
kin AS (
    SELECT o.id, o.name, coalesce(o.id = (SELECT parent_id FROM self), false) AS is_parent
    FROM organization AS o WHERE o.id IN (SELECT parent_id FROM self) OR o.parent_id IN (SELECT id FROM self)
)
SELECT 'organization:' || kin.id AS key, kin.name, kin.is_parent, coalesce(s.k, 0) AS k
FROM kin LEFT JOIN organization_share('organization', false, $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS s
     ON s.key = 'organization:' || kin.id
ORDER BY kin.is_parent DESC, k DESC, kin.name
