-- Share of voice, the largest first: all organizations, or those of a type or home. `many`: how many there are with a story.
SELECT s.*, count(*) FILTER (s.key <> 'organization:none') OVER () AS many
FROM organization_share('organization', $of_any, $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS s
LEFT JOIN organization AS o ON s.key = 'organization:' || o.id
WHERE ($type IS NULL OR coalesce(o.type, if(o.id IS NULL, NULL, 'unlisted')) = $type)
  AND ($home IS NULL OR coalesce(o.country, if(o.id IS NULL, NULL, 'unknown')) = $home)
ORDER BY s.k DESC, s.key LIMIT $at_most
