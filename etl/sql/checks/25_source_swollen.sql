-- warn
-- A source grew by a multiple in one run: a second archive, or a splitter that takes parts for stories?
SELECT p.source_id, p.stories AS before, count(s.story_no) AS now
FROM previous_count AS p CROSS JOIN check_limit AS l
JOIN source AS src ON src.id = p.source_id
JOIN story_fact AS s ON s.source_no = src.source_no
GROUP BY p.source_id, p.stories, l.max_growth
HAVING count(s.story_no) > p.stories * l.max_growth;
