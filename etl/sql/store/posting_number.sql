-- Numbers for words that were never seen, then the batch by number.
INSERT INTO term
SELECT (SELECT coalesce(max(term_no), 0) FROM term) + row_number() OVER (ORDER BY w.term), w.term, 0
FROM (SELECT DISTINCT term FROM posting_word) AS w ANTI JOIN term AS t USING (term);
INSERT INTO posting_incoming
SELECT t.term_no, w.story_no, w.frequency, w.in_title FROM posting_word AS w JOIN term AS t USING (term);
DROP TABLE posting_word;
