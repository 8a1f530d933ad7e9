-- How often topics were right by the score that they got, with the likely range, on this kind of text.
-- Counts go in as BIGINT: the square of those of the lowest scores is no INTEGER.
WITH bin AS (SELECT low, high, mean_score, CAST(n AS BIGINT) AS n, CAST("right" AS BIGINT) AS k FROM tag_calibration WHERE text_kind = $text_kind)
SELECT low, high, mean_score, n, k, k / n AS share, wilson_low(k, n) AS share_low, wilson_high(k, n) AS share_high
FROM bin WHERE n > 0 ORDER BY low
