-- The whole periods with at least 20 counted stories, the newest first: what can be compared (STATISTICS 9, 12).
SELECT p.period, count(*) AS n
FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b
JOIN period_state($grain, $sources, $need_each, $from_day, $to_day, $clock) AS p ON p.period = period_start(b.day, $grain)
WHERE p.state = 'whole'
GROUP BY p.period HAVING count(*) >= 20
ORDER BY p.period DESC
