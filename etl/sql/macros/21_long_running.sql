-- Long-running sources: with stories in the first and the last whole period shown and in at least 80 % of those between
-- (STATISTICS 17). Whole: inside the days shown and ended by the clock. Where no period is whole, every source with stories is.
CREATE OR REPLACE MACRO long_running(at_grain, from_day, to_day, at_clock) AS TABLE
WITH shown AS (
    SELECT * FROM source_period(at_grain, from_day, to_day)
),
whole AS (
    SELECT min(period) AS first, max(period) AS last FROM shown
    WHERE period >= from_day AND period_end <= to_day AND period_end < CAST(at_clock AS DATE)
)
SELECT s.source_id
FROM shown AS s CROSS JOIN whole AS w
WHERE w.first IS NULL OR s.period BETWEEN w.first AND w.last
GROUP BY s.source_id, w.first, w.last
HAVING CASE WHEN w.first IS NULL THEN sum(s.n) > 0
            ELSE bool_or(s.period = w.first AND s.n > 0) AND bool_or(s.period = w.last AND s.n > 0)
                 AND (count(*) FILTER (s.period > w.first AND s.period < w.last) = 0
                      OR count(*) FILTER (s.period > w.first AND s.period < w.last AND s.n > 0)
                         >= 0.8 * count(*) FILTER (s.period > w.first AND s.period < w.last))
       END;
