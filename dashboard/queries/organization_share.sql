-- Share of voice, the largest first: of all organizations, or those of a type or home, the first `at_most`; the line of none stands among
-- them. of_organizations: how many have a story.
WITH line AS MATERIALIZED (
    SELECT s.*
    FROM organization_share('organization', $of_any, $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS s
    LEFT JOIN organization AS o ON s.key = 'organization:' || o.id
    WHERE ($type IS NULL OR coalesce(o.type, if(o.id IS NULL, NULL, 'unlisted')) = $type)
      AND ($home IS NULL OR coalesce(o.country, if(o.id IS NULL, NULL, 'unknown')) = $home)
)
FROM ((FROM line WHERE key <> 'organization:none' ORDER BY k DESC, key LIMIT $at_most) UNION ALL FROM line WHERE key = 'organization:none')
CROSS JOIN (SELECT count(*) FILTER (key <> 'organization:none') AS of_organizations FROM line)
ORDER BY k DESC, key
