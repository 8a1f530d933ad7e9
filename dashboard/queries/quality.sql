-- How often the tags of these lines were right, measured on stories that the tagger was not trained on (STATISTICS 21).
SELECT kind || ':' || tag_id AS key, text_kind, n, true_positive, false_positive, false_negative,
       wilson_low(true_positive, true_positive + false_positive) AS precision_low,
       wilson_high(true_positive, true_positive + false_positive) AS precision_high
FROM tag_quality WHERE list_contains($keys, kind || ':' || tag_id)
