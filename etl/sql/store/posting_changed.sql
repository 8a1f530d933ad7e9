-- The stories whose postings say something else than their texts: new ones, changed ones, and those that are gone; all of them where
-- texts are split into words otherwise than before.
CREATE OR REPLACE TEMP TABLE posting_changed AS
SELECT s.story_no, row_number() OVER (ORDER BY s.story_no) - 1 AS place
FROM story_fact AS s LEFT JOIN posting_story AS p USING (story_no)
WHERE p.story_no IS NULL OR s.last_run = $run_id OR NOT EXISTS (FROM posting_made AS m WHERE m.splitting = search_splitting() || $common)
UNION ALL
SELECT p.story_no, NULL FROM posting_story AS p ANTI JOIN story_fact AS s USING (story_no);
