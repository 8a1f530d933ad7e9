-- Where else the events of these stories are told in nearly the same words: a row for each other source, and copies of the same one.
SELECT s.story_no, src.name AS source, count(*) AS copies, c.source_no = s.source_no AS same_source
FROM story_fact AS s
JOIN story_fact AS c ON c.cluster_no = s.cluster_no AND c.story_no <> s.story_no
JOIN source AS src ON src.source_no = c.source_no
WHERE s.story_no IN (SELECT unnest($stories))
GROUP BY ALL ORDER BY s.story_no, same_source DESC, source
