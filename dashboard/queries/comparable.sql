-- How many periods can be compared: whole, and with at least 20 stories (STATISTICS 9, 12).
SELECT count(*) AS periods
FROM coverage($keys, $grain, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS c
JOIN period_state($grain, $sources, $need_each, $from_day, $to_day, $clock) AS p USING (period)
WHERE p.state = 'whole' AND c.n >= 20
