-- How many periods each grain would show and how many of them hold at least 40 stories: grain *auto* is the finest at which 80 % do
-- (STATISTICS 14). Gaps count as periods. One that the days shown cut counts only where it holds 40 all the same: what is cut off
-- says nothing about the grain. `n`: all stories of the days shown, which a page needs next.
CREATE OR REPLACE MACRO grain_fit(of_grains, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH grain AS (SELECT unnest(list_distinct(of_grains)) AS grain),
by_day AS (
    SELECT day, count(*) AS n
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) GROUP BY day
),
held AS (
    SELECT g.grain, period_start(d.day, g.grain) AS period, sum(d.n) AS n FROM by_day AS d CROSS JOIN grain AS g GROUP BY ALL
),
span AS (
    SELECT grain, CAST(unnest(generate_series(period_start(from_day, grain), period_start(to_day, grain),
        CASE grain WHEN 'day' THEN INTERVAL 1 DAY WHEN 'week' THEN INTERVAL 7 DAY WHEN 'month' THEN INTERVAL 1 MONTH
                   WHEN 'quarter' THEN INTERVAL 3 MONTH ELSE INTERVAL 1 YEAR END)) AS DATE) AS period
    FROM grain
)
SELECT span.grain, count(*) AS periods, count(*) FILTER (held.n >= 40) AS filled,
       (SELECT CAST(coalesce(sum(n), 0) AS BIGINT) FROM by_day) AS n
FROM span LEFT JOIN held USING (grain, period)
WHERE held.n >= 40 OR (span.period >= from_day AND period_end(span.period, span.grain) <= to_day)
GROUP BY span.grain;
