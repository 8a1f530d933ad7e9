-- The sources with counted stories in both periods: over these movers are looked for.
SELECT src.id
FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b
JOIN source AS src USING (source_no)
GROUP BY src.id
HAVING bool_or(period_start(b.day, $grain) = $first) AND bool_or(period_start(b.day, $grain) = $second)
ORDER BY src.id
