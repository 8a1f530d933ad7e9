-- How many counted stories each source has in each period, and whether the period is whole for that source (STATISTICS 12): what its
-- rhythm expects came, it has ended by the clock, no declared hole lies in it and the days shown cut nothing off. By itself each
-- source is judged as period_state judges several.
WITH begun AS (SELECT source_no, min(day) AS first FROM source_expected GROUP BY source_no),
shown AS (
    SELECT p.source_no, p.source_id, p.period,
           p.n > 0 AND p.came >= coalesce(p.expected, p.came) AND p.period_end < CAST($clock AS DATE)
           AND NOT (p.expected IS NULL AND (p.period < $from_day OR p.period_end > $to_day))
           AND NOT EXISTS (
               FROM source_coverage AS c
               WHERE c.source_id = p.source_id AND c.reason IS NOT NULL
                 AND c.from_day <= p.period_end AND coalesce(c.to_day, p.period_end) >= p.period
                 AND (p.expected IS NULL OR c.from_day < b.first)) AS whole
    FROM source_period($grain, $from_day, $to_day) AS p LEFT JOIN begun AS b USING (source_no)
)
SELECT w.source_id, w.period, w.whole, CAST(sum(b.n) AS BIGINT) AS n
FROM (SELECT source_no, day, count(*) AS n
      FROM base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) GROUP BY ALL) AS b
JOIN shown AS w ON w.source_no = b.source_no AND w.period = period_start(b.day, $grain)
GROUP BY ALL ORDER BY w.period, w.source_id
