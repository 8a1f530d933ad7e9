-- How many periods a grain would show and how many of them hold at least 40 stories: grain *auto* is the finest at which 80 % do
-- (STATISTICS 14). Gaps count as periods. One that the days shown cut counts only where it holds 40 all the same: what is cut off
-- says nothing about the grain.
CREATE OR REPLACE MACRO grain_fit(at_grain, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH held AS (
    SELECT period_start(day, at_grain) AS period, count(*) AS n
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
    GROUP BY ALL
),
span AS (
    SELECT CAST(unnest(generate_series(period_start(from_day, at_grain), period_start(to_day, at_grain),
        CASE at_grain WHEN 'day' THEN INTERVAL 1 DAY WHEN 'week' THEN INTERVAL 7 DAY WHEN 'month' THEN INTERVAL 1 MONTH
                      WHEN 'quarter' THEN INTERVAL 3 MONTH ELSE INTERVAL 1 YEAR END)) AS DATE) AS period
)
SELECT count(*) AS periods, count(*) FILTER (held.n >= 40) AS filled
FROM span LEFT JOIN held USING (period)
WHERE held.n >= 40 OR (span.period >= from_day AND period_end(span.period, at_grain) <= to_day);
