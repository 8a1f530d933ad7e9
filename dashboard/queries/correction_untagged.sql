-- Stories without a topic, those that came nearest to one first.
SELECT q.*, s.story_id, s.title, s.day, s.text_kind FROM queue_untagged($from_day, $at_most) AS q JOIN story_fact AS s USING (story_no) ORDER BY q.place
