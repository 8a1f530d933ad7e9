-- How good every tag was measured to be (STATISTICS 21), with the likely ranges. `tag_id` '*' is the total of its kind.
SELECT q.kind, q.tag_id, q.text_kind, coalesce(t.name, o.name, r.name, q.tag_id) AS name, q.n, q.true_positive + q.false_positive AS given,
       q.true_positive / nullif(q.true_positive + q.false_positive, 0) AS precision,
       wilson_low(q.true_positive, q.true_positive + q.false_positive) AS precision_low,
       wilson_high(q.true_positive, q.true_positive + q.false_positive) AS precision_high,
       q.true_positive / nullif(q.n, 0) AS recall,
       wilson_low(q.true_positive, q.n) AS recall_low, wilson_high(q.true_positive, q.n) AS recall_high
FROM tag_quality AS q
LEFT JOIN topic AS t ON q.kind = 'topic' AND t.id = q.tag_id
LEFT JOIN organization AS o ON starts_with(q.kind, 'organization') AND o.id = q.tag_id
LEFT JOIN region AS r ON starts_with(q.kind, 'region') AND r.code = q.tag_id
ORDER BY q.kind, name, q.tag_id
