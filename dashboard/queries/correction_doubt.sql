-- Topics nearest to what they need, the most doubtful first.
SELECT q.*, s.story_id, s.title, s.day, s.text_kind FROM queue_doubt($from_day, $at_most) AS q JOIN story_fact AS s USING (story_no) ORDER BY q.place
