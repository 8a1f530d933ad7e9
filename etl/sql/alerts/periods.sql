-- k of n by whole period (STATISTICS 12): partial ones and gaps compare with nothing.
SELECT p.period, p.period_end, c.k, c.n
FROM period_state($grain, $sources, $need_each, $from_day, $to_day, $clock) AS p
JOIN coverage([$key], $grain, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS c USING (period)
WHERE p.state = 'whole' AND c.n > 0
ORDER BY p.period;
