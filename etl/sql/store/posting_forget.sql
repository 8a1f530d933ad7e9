-- What changed stories had before.
UPDATE term SET stories = stories - old.n
FROM (SELECT term_no, count(*) AS n FROM posting WHERE story_no IN (SELECT story_no FROM posting_changed) GROUP BY term_no) AS old
WHERE old.term_no = term.term_no;
DELETE FROM posting WHERE story_no IN (SELECT story_no FROM posting_changed);
DELETE FROM posting_story WHERE story_no IN (SELECT story_no FROM posting_changed);
CREATE OR REPLACE TEMP TABLE posting_incoming AS FROM posting LIMIT 0;
