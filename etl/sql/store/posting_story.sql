INSERT INTO posting_story
SELECT c.story_no, CAST(coalesce(sum(i.frequency), 0) AS INTEGER)
FROM posting_changed AS c LEFT JOIN read_parquet($pieces) AS i USING (story_no)
WHERE c.place IS NOT NULL GROUP BY c.story_no ORDER BY c.story_no;
