-- fail
-- A pair of words is counted that is no more looked at, or in stories that are gone: what emerges would open to other stories.
WITH wanted AS (SELECT first_no, second_no FROM pair_told GROUP BY ALL HAVING count(*) >= 3)
SELECT 'pair that too few stories tell' AS fault, p.pair_no AS number FROM pair AS p ANTI JOIN wanted USING (first_no, second_no)
UNION ALL
SELECT 'pair left out, of a word', first_no FROM wanted ANTI JOIN pair USING (first_no, second_no)
UNION ALL
SELECT 'stories of no pair', pair_no FROM pair_story ANTI JOIN pair USING (pair_no)
UNION ALL
SELECT 'pair of a story that is gone', story_no FROM pair_story ANTI JOIN posting_story USING (story_no);
