-- A search as a line over time: the counted stories that search_match finds, by period, with share and likely range as in coverage;
-- `weighed`: each source weighs the same, as in coverage_weighed. The first eight parameters are those of search_story. What is looked
-- for changes the numerator alone (STATISTICS 3).
CREATE OR REPLACE MACRO phrase_coverage(terms, items, clauses, term_stories, driver, phrase_items, phrase_streams, phrase_pattern,
                                        weighed, at_grain, in_sources, from_day, to_day, with_letters, in_unit,
                                        about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT story_no, source_no, day
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none)
),
total AS (
    SELECT source_no, period_start(day, at_grain) AS period, CAST(sum(n) AS BIGINT) AS n
    FROM (SELECT source_no, day, count(*) AS n FROM base GROUP BY ALL) GROUP BY ALL
),
hit AS (
    SELECT source_no, period_start(day, at_grain) AS period, count(*) AS k
    FROM base JOIN search_match(terms, items, clauses, driver, phrase_items, phrase_streams, phrase_pattern) USING (story_no)
    GROUP BY ALL
),
tally AS (
    SELECT source_no, period, t.n, coalesce(h.k, 0) AS k FROM total AS t LEFT JOIN hit AS h USING (source_no, period)
),
pooled AS (
    SELECT period, CAST(sum(k) AS BIGINT) AS k, CAST(sum(n) AS BIGINT) AS n,
           pooled_share(k, n, weighed) AS share, pooled_n(n, weighed) AS range_n
    FROM tally GROUP BY period
)
SELECT period, k, n, share, wilson_low(share * range_n, range_n) AS low, wilson_high(share * range_n, range_n) AS high
FROM pooled;
