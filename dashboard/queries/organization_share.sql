-- Share of voice, the largest first: of all organizations, or those of a type or home, the first `at_most`; the line of none stands among
-- them. of_organizations: how many have a story.
SELECT s.*, count(*) FILTER (s.key <> 'organization:none') OVER () AS of_organizations
FROM organization_share('organization', $of_any, $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS s
LEFT JOIN organization AS o ON s.key = 'organization:' || o.id
WHERE ($type IS NULL OR coalesce(o.type, if(o.id IS NULL, NULL, 'unlisted')) = $type)
  AND ($home IS NULL OR coalesce(o.country, if(o.id IS NULL, NULL, 'unknown')) = $home)
QUALIFY row_number() OVER (PARTITION BY s.key = 'organization:none' ORDER BY s.k DESC, s.key) <= $at_most
ORDER BY s.k DESC, s.key
