SELECT s.story_no, s.source_no, s.day, s.published, s.title, s.body, s.story_id
FROM story_fact AS s JOIN cluster_pending AS p USING (story_no)
WHERE p.place >= $first AND p.place < $last
ORDER BY p.place;
