-- Two lines of one period: their shares of the same stories, how many are on both, and the interval of the difference (second less
-- first); first_stories, second_stories: the numbers of all stories on each. in_weigh as in where_from: where sources weigh the same, shares and interval are of weighed stories, k and n plain counts.
CREATE OR REPLACE MACRO line_difference(first_stories, second_stories, at_grain, at_period, in_weigh, in_sources, from_day, to_day, with_letters,
                                        in_unit, about_any, about_all, about_none) AS TABLE
WITH base AS MATERIALIZED (
    SELECT b.story_no, b.source_no
    FROM base_story(in_sources, greatest(from_day, at_period), least(to_day, period_end(at_period, at_grain)),
                    with_letters, in_unit, about_any, about_all, about_none) AS b
),
held AS (
    SELECT b.source_no, count(*) AS n, count(x.story_no) AS k_1, count(y.story_no) AS k_2,
           count(*) FILTER (x.story_no IS NOT NULL AND y.story_no IS NOT NULL) AS on_both
    FROM base AS b
    LEFT JOIN (SELECT unnest(first_stories) AS story_no) AS x USING (story_no)
    LEFT JOIN (SELECT unnest(second_stories) AS story_no) AS y USING (story_no)
    GROUP BY b.source_no
),
weighed AS (SELECT *, CASE WHEN in_weigh = 'sources' THEN 1 / n ELSE 1.0 END AS w FROM held),
pooled AS (
    SELECT CAST(sum(n) AS BIGINT) AS n, CAST(sum(k_1) AS BIGINT) AS k_1, CAST(sum(k_2) AS BIGINT) AS k_2,
           CAST(sum(on_both) AS BIGINT) AS on_both, sum(w * k_1) / sum(w * n) AS share_1, sum(w * k_2) / sum(w * n) AS share_2,
           sum(w * on_both) / sum(w * n) AS share_both, pow(sum(w * n), 2) / sum(w * w * n) AS stories
    FROM weighed
)
SELECT k_1, k_2, n, on_both, share_1, share_2, share_2 - share_1 AS difference,
       paired_low(share_both * stories, (share_2 - share_both) * stories, (share_1 - share_both) * stories, stories) AS low,
       paired_high(share_both * stories, (share_2 - share_both) * stories, (share_1 - share_both) * stories, stories) AS high
FROM pooled WHERE n > 0;
