-- For each source and period from from_day to to_day: what its own rhythm leads to expect, what came, and how many stories
-- (STATISTICS 12). An issue that came is a day on which the source published: archives may hold the stories of one issue
-- as documents of their own. `expected` is NULL where the rhythm says nothing at this grain: a monthly sample
-- by the week, an irregular source at any.
CREATE OR REPLACE MACRO source_period(at_grain, from_day, to_day) AS TABLE
WITH period AS (
    SELECT CAST(unnest(generate_series(period_start(from_day, at_grain), period_start(to_day, at_grain),
        CASE at_grain WHEN 'day' THEN INTERVAL 1 DAY WHEN 'week' THEN INTERVAL 7 DAY WHEN 'month' THEN INTERVAL 1 MONTH
                      WHEN 'quarter' THEN INTERVAL 3 MONTH ELSE INTERVAL 1 YEAR END)) AS DATE) AS period
),
expected AS (
    SELECT source_no, period_start(day, at_grain) AS period, count(*) AS expected
    FROM source_expected GROUP BY ALL
),
came AS (
    SELECT d.source_no, period_start(d.day, at_grain) AS period, CAST(sum(d.stories) AS BIGINT) AS n,
           CASE src.rhythm WHEN 'month' THEN count(DISTINCT date_trunc('month', d.day)) ELSE count(*) END AS came
    FROM source_day AS d JOIN source AS src USING (source_no)
    WHERE d.day BETWEEN from_day AND to_day
    GROUP BY d.source_no, src.rhythm, period_start(d.day, at_grain)
)
SELECT src.id AS source_id, src.source_no, src.rhythm, p.period, period_end(p.period, at_grain) AS period_end,
       CASE WHEN src.rhythm = 'irregular' OR (src.rhythm = 'month' AND at_grain IN ('day', 'week')) THEN NULL
            ELSE coalesce(e.expected, 0) END AS expected,
       coalesce(c.came, 0) AS came, coalesce(c.n, 0) AS n
FROM source AS src CROSS JOIN period AS p
LEFT JOIN expected AS e ON e.source_no = src.source_no AND e.period = p.period
LEFT JOIN came AS c ON c.source_no = src.source_no AND c.period = p.period;
