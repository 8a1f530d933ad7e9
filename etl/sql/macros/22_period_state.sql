-- What each period shown is worth for the sources drawn (STATISTICS 12, 13): 'none' where one of them took in nothing (a gap,
-- with its declared reason), 'partial' where issues, days or months are missing or the period has not ended by the clock,
-- else 'whole'. `expected` and `came` are those of the source that misses most. What the days shown cut off is missing too:
-- `expected` counts the whole period, `came` the days shown; where the rhythm says nothing, a cut period is partial.
CREATE OR REPLACE MACRO period_state(at_grain, in_sources, from_day, to_day, at_clock) AS TABLE
WITH shown AS (
    SELECT *, CASE WHEN n = 0 THEN 1000000 ELSE coalesce(expected, 0) - came END AS short
    FROM source_period(at_grain, from_day, to_day)
    WHERE list_contains(in_sources, source_id)
),
worst AS (
    SELECT period, period_end,
           arg_max(source_id, short) AS source_id, arg_max(rhythm, short) AS rhythm,
           nullif(arg_max(coalesce(expected, -1), short), -1) AS expected, arg_max(came, short) AS came,
           min(n) = 0 AS missing, CAST(sum(n) AS BIGINT) AS n
    FROM shown GROUP BY period, period_end
),
judged AS (
    SELECT *, period_end < CAST(at_clock AS DATE) AS ended,
           CASE WHEN missing THEN 'none'
                WHEN came < expected OR period_end >= CAST(at_clock AS DATE)
                     OR (expected IS NULL AND (period < from_day OR period_end > to_day)) THEN 'partial'
                ELSE 'whole' END AS state
    FROM worst
)
SELECT j.period, j.period_end, j.source_id, j.rhythm, j.expected, j.came, j.n, j.ended, j.state,
       CASE WHEN j.state <> 'whole' THEN (
           SELECT any_value(c.reason) FROM source_coverage AS c
           WHERE c.source_id = j.source_id AND c.reason IS NOT NULL
             AND c.from_day <= j.period_end AND coalesce(c.to_day, j.period_end) >= j.period)
       END AS reason
FROM judged AS j;
