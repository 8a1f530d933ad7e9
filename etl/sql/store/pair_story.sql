-- In which stories of a batch the pairs are that are numbered after $last.
INSERT INTO pair_story
SELECT p.pair_no, r.story_no FROM read_parquet($piece) AS r JOIN pair AS p USING (first_no, second_no)
WHERE p.pair_no > $last ORDER BY r.story_no, p.pair_no;
