-- The pairs that enough stories tell: others go, with their stories, and new ones get numbers.
CREATE OR REPLACE TEMP TABLE pair_kept AS SELECT first_no, second_no FROM pair_told GROUP BY ALL HAVING count(*) >= 3;
DELETE FROM pair_story WHERE pair_no IN (SELECT p.pair_no FROM pair AS p ANTI JOIN pair_kept USING (first_no, second_no));
DELETE FROM pair WHERE pair_no IN (SELECT p.pair_no FROM pair AS p ANTI JOIN pair_kept USING (first_no, second_no));
INSERT INTO pair
SELECT (SELECT coalesce(max(pair_no), 0) FROM pair) + row_number() OVER (ORDER BY k.first_no, k.second_no), k.first_no, k.second_no
FROM pair_kept AS k ANTI JOIN pair AS p USING (first_no, second_no);
DROP TABLE pair_kept;
