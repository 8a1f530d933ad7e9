-- Numbers for words that were never seen.
INSERT INTO term
SELECT (SELECT coalesce(max(term_no), 0) FROM term) + row_number() OVER (ORDER BY w.term), w.term, 0
FROM (SELECT DISTINCT term FROM read_parquet($words)) AS w ANTI JOIN term AS t USING (term);
