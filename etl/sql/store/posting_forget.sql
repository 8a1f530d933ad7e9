-- What changed stories had before; new ones had nothing, and then no posting needs to be looked at.
CREATE OR REPLACE TEMP TABLE posting_old AS SELECT story_no FROM posting_changed SEMI JOIN posting_story USING (story_no);
UPDATE term SET stories = stories - old.n
FROM (SELECT term_no, count(*) AS n FROM posting WHERE story_no IN (SELECT story_no FROM posting_old) GROUP BY term_no) AS old
WHERE old.term_no = term.term_no;
DELETE FROM posting WHERE story_no IN (SELECT story_no FROM posting_old);
DELETE FROM posting_story WHERE story_no IN (SELECT story_no FROM posting_old);
DROP TABLE posting_old;
