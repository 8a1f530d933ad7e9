-- Organizations that no seed lists and that stories of two periods name, at least `least` of both together: which to look at must not
-- hang on how they moved (STATISTICS 22). At most 500, the most named first.
SELECT 'named:' || o.id AS key, count(*) AS k, min(b.day) AS first_day, max(b.day) AS last_day,
       list_sort(list(DISTINCT src.name)) AS named_by
FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b
JOIN organization_fact AS f USING (story_no) JOIN organization AS o USING (organization_no) JOIN source AS src ON src.source_no = b.source_no
WHERE NOT o.known AND organization_counts(f.role, 'named') AND period_start(b.day, $grain) IN ($first, $second)
GROUP BY o.id HAVING count(*) >= $least ORDER BY k DESC, key LIMIT 500
