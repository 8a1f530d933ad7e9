-- Organizations on the rise that no seed lists, each with a story that names it.
SELECT q.*, s.story_id, s.title, s.day, s.text_kind FROM queue_rising($days, 2, $at_most) AS q JOIN story_fact AS s USING (story_no) ORDER BY q.place
