-- fail
-- A source lost stories since the snapshot before: every line that counts it drops with no news behind it.
SELECT p.source_id, p.stories AS before, count(s.story_no) AS now
FROM previous_count AS p CROSS JOIN check_limit AS l
LEFT JOIN source AS src ON src.id = p.source_id
LEFT JOIN story_fact AS s ON s.source_no = src.source_no
GROUP BY p.source_id, p.stories, l.max_shrink
HAVING count(s.story_no) < p.stories * (1 - l.max_shrink);
