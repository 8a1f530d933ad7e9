-- What each period shown is worth for the sources drawn (STATISTICS 12, 13, 17): 'none' where nothing was taken in (a gap, with its
-- declared reason), 'partial' where issues, days or months are missing or the period has not ended by the clock, else 'whole'.
-- need_each: a period that one of the sources misses altogether is a gap too, because a line over long-running sources is over
-- the same sources throughout; without it such a source counts as far as its rhythm expects it, and not before it began.
-- each_alone: each source is judged by itself, with rows of its own, by its `source_id`; else all are judged as one.
-- `expected` and `came` are those of the source that misses most. What the days shown cut off is missing too: `expected` counts
-- the whole period, `came` the days shown; where the rhythm says nothing, a period is partial that is cut or in which a hole lies. A live
-- source is expected from its first story on, so the hole before that makes the period partial in which it began.
CREATE OR REPLACE MACRO period_states(at_grain, in_sources, each_alone, need_each, from_day, to_day, at_clock) AS TABLE
WITH shown AS (
    SELECT p.*, CASE WHEN each_alone THEN p.source_no END AS judged_no, coalesce(p.expected, p.came) - p.came AS lacks,
           p.n > 0 AND ((p.expected IS NULL AND (p.period < from_day OR p.period_end > to_day)) OR EXISTS (
               FROM source_coverage AS c
               WHERE c.source_id = p.source_id AND c.reason IS NOT NULL
                 AND c.from_day <= p.period_end AND coalesce(c.to_day, p.period_end) >= p.period
                 AND (p.expected IS NULL OR c.from_day < b.first))) AS cut
    FROM source_period(at_grain, from_day, to_day) AS p
    LEFT JOIN (SELECT source_no, min(day) AS first FROM source_expected GROUP BY source_no) AS b USING (source_no)
    WHERE list_contains(in_sources, p.source_id)
),
placed AS (
    SELECT *, row_number() OVER (PARTITION BY judged_no, period
        ORDER BY need_each AND n = 0 DESC, lacks DESC, cut DESC, source_no) AS place
    FROM shown
),
worst AS (
    SELECT *, CASE WHEN need_each THEN min(n) OVER same ELSE max(n) OVER same END = 0 AS missing,
           CAST(sum(n) OVER same AS BIGINT) AS taken_in
    FROM placed WINDOW same AS (PARTITION BY judged_no, period)
    QUALIFY place = 1
),
judged AS (
    SELECT *, period_end < CAST(at_clock AS DATE) AS ended,
           CASE WHEN missing THEN 'none'
                WHEN lacks > 0 OR cut OR period_end >= CAST(at_clock AS DATE) THEN 'partial'
                ELSE 'whole' END AS state
    FROM worst
)
SELECT j.period, j.period_end, j.source_id, j.rhythm, j.expected, j.came, j.taken_in AS n, j.ended, j.state,
       CASE WHEN j.state <> 'whole' THEN (
           SELECT any_value(c.reason ORDER BY c.from_day) FROM source_coverage AS c
           WHERE c.source_id = j.source_id AND c.reason IS NOT NULL
             AND c.from_day <= j.period_end AND coalesce(c.to_day, j.period_end) >= j.period)
       END AS reason
FROM judged AS j;
