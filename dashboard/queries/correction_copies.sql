-- Copies of one story whose topics differ, with the ids of all that tell it.
SELECT q.*, s.story_id, s.title, s.day, s.text_kind,
       (SELECT list(c.story_id) FROM story_fact AS c WHERE c.cluster_no = s.cluster_no) AS members
FROM queue_copies($from_day, $at_most) AS q JOIN story_fact AS s USING (story_no) ORDER BY q.place
