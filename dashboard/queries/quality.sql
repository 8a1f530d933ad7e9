-- How often the tags of these lines are right and how many they find, measured on stories that the tagger did not learn from
-- (STATISTICS 21). A topic has its own row; organizations and regions have one together, and the frequent ones their own.
SELECT kind || ':' || tag_id AS key, text_kind, n, true_positive, false_positive, false_negative,
       true_positive / nullif(true_positive + false_positive, 0) AS precision,
       wilson_low(true_positive, true_positive + false_positive) AS precision_low,
       wilson_high(true_positive, true_positive + false_positive) AS precision_high,
       true_positive / nullif(n, 0) AS recall,
       wilson_low(true_positive, n) AS recall_low, wilson_high(true_positive, n) AS recall_high
FROM tag_quality
WHERE list_contains($keys, kind || ':' || tag_id) AND text_kind = $text_kind
