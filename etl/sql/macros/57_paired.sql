-- Ends of the 95 % interval of p_a - p_b where both are shares of the same stories, so that a story may be on both lines (STATISTICS 8):
-- Newcombe 1998, Statistics in Medicine 17:2635 (paired data), method 10, Wilson's ends with the corrected correlation of the two.
-- on_both, only_a, only_b, n: numbers of stories, which may be effective ones. NULL for n = 0. Newcombe's own 1 and 12, 2 and 35, that is
-- (36, 12, 2, 50): 0.0569 to 0.3404.
CREATE OR REPLACE MACRO paired_correlation(on_both, only_a, only_b, n) AS
    CASE WHEN least(on_both + only_a, on_both + only_b, n - on_both - only_a, n - on_both - only_b) <= 0 THEN 0.0
         ELSE (CASE WHEN on_both * (n - on_both - only_a - only_b) > only_a * only_b
                    THEN greatest(on_both * (n - on_both - only_a - only_b) - only_a * only_b - n / 2, 0.0)
                    ELSE on_both * (n - on_both - only_a - only_b) - only_a * only_b END)
              / sqrt(on_both + only_a) / sqrt(on_both + only_b) / sqrt(n - on_both - only_a) / sqrt(n - on_both - only_b) END;
CREATE OR REPLACE MACRO paired_reach(part_a, part_b, correlation) AS
    sqrt(greatest(part_a * part_a - 2 * correlation * part_a * part_b + part_b * part_b, 0.0));
CREATE OR REPLACE MACRO paired_low(on_both, only_a, only_b, n) AS
    (only_a - only_b) / n - paired_reach((on_both + only_a) / n - wilson_low(on_both + only_a, n),
                                         wilson_high(on_both + only_b, n) - (on_both + only_b) / n,
                                         paired_correlation(on_both, only_a, only_b, n));
CREATE OR REPLACE MACRO paired_high(on_both, only_a, only_b, n) AS
    (only_a - only_b) / n + paired_reach(wilson_high(on_both + only_a, n) - (on_both + only_a) / n,
                                         (on_both + only_b) / n - wilson_low(on_both + only_b, n),
                                         paired_correlation(on_both, only_a, only_b, n));
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
