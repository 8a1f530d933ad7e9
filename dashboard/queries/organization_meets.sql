-- The other organizations in the stories of one, with their share of these and its likely range; its parent and subsidiaries are marked.
WITH base AS MATERIALIZED (
    SELECT story_no FROM organization_story([$key], $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none)
),
total AS (SELECT count(*) AS n FROM base),
self AS (SELECT id, parent_id FROM organization WHERE 'organization:' || id = $key)
SELECT 'organization:' || o.id AS key, count(*) AS k, t.n, count(*) / t.n AS share,
       wilson_low(count(*), t.n) AS low, wilson_high(count(*), t.n) AS high
FROM base JOIN organization_fact AS f USING (story_no) JOIN organization AS o USING (organization_no) CROSS JOIN total AS t
WHERE organization_counts(f.role, $by_role) AND o.id NOT IN (SELECT id FROM self)
GROUP BY o.id, t.n ORDER BY k DESC, o.id LIMIT $at_most
