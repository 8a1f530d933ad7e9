-- The words that can be in a pair: not those that only hold sentences together ($common), no single letters, no numbers.
CREATE OR REPLACE TEMP TABLE pair_word AS
SELECT term_no, term FROM term
WHERE length(term) BETWEEN 2 AND 63 AND regexp_matches(term, '\p{L}') AND term NOT IN (SELECT unnest($common));
