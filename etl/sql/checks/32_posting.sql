-- fail
-- Search does not hold what stories say: it would miss stories, or find some that are gone.
SELECT 'story without postings' AS fault, s.story_no AS number FROM story_fact AS s ANTI JOIN posting_story AS p USING (story_no)
UNION ALL
SELECT 'postings without story', p.story_no FROM posting_story AS p ANTI JOIN story_fact AS s USING (story_no)
UNION ALL
SELECT 'stories twice', story_no FROM posting_story GROUP BY story_no HAVING count(*) > 1
UNION ALL
SELECT 'postings beside the count of their words', NULL
WHERE (SELECT count(*) FROM posting) <> (SELECT coalesce(sum(stories), 0) FROM term);
