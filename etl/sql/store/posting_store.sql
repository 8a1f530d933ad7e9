-- All that was gathered, each word's stories together.
INSERT INTO posting FROM posting_incoming ORDER BY term_no, story_no;
UPDATE term SET stories = stories + new.n
FROM (SELECT term_no, count(*) AS n FROM posting_incoming GROUP BY term_no) AS new WHERE new.term_no = term.term_no;
INSERT INTO posting_story
SELECT c.story_no, CAST(coalesce(sum(i.frequency), 0) AS INTEGER)
FROM posting_changed AS c LEFT JOIN posting_incoming AS i USING (story_no)
WHERE c.place IS NOT NULL GROUP BY c.story_no ORDER BY c.story_no;
DELETE FROM posting_made;
INSERT INTO posting_made SELECT search_splitting();
DROP TABLE posting_incoming;
DROP TABLE posting_changed;
