-- How often topics were right by the score that they got, with the likely range, on this kind of text.
SELECT low, high, mean_score, n, "right" AS k, "right" / n AS share,
       wilson_low("right", n) AS share_low, wilson_high("right", n) AS share_high
FROM tag_calibration WHERE text_kind = $text_kind AND n > 0 ORDER BY low
