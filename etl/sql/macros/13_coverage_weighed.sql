-- Lines over time in which each source weighs the same, however many stories it has (STATISTICS 17). The share is the mean of the
-- sources' shares; k and n stay plain counts; the likely range is Wilson's with the effective number of stories
-- (sum of weights)^2 / sum of squared weights, a story of source s weighing 1 / n_s (STATISTICS 7).
CREATE OR REPLACE MACRO coverage_weighed(of_keys, at_grain, in_sources, from_day, to_day, with_letters, in_unit,
                                         about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no, source_no, period_start(day, at_grain) AS period
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
),
total AS (SELECT source_no, period, count(*) AS n FROM base GROUP BY ALL),
hit AS (
    SELECT l.key, b.source_no, b.period, count(*) AS k
    FROM base AS b JOIN story_line AS l USING (story_no)
    WHERE list_contains(of_keys, l.key)
    GROUP BY ALL
),
line AS (SELECT unnest(list_distinct(of_keys)) AS key),
pooled AS (
    SELECT line.key, total.period, CAST(sum(coalesce(hit.k, 0)) AS BIGINT) AS k, CAST(sum(total.n) AS BIGINT) AS n,
           avg(coalesce(hit.k, 0) / total.n) AS share,
           pow(count(*), 2) / sum(1.0 / total.n) AS effective_n
    FROM line CROSS JOIN total
    LEFT JOIN hit ON hit.key = line.key AND hit.period = total.period AND hit.source_no = total.source_no
    GROUP BY line.key, total.period
)
SELECT key, period, k, n, share,
       wilson_low(share * effective_n, effective_n) AS low, wilson_high(share * effective_n, effective_n) AS high
FROM pooled;
