-- What somebody who judges an audit sees of a story: nothing of its tags.
SELECT s.story_id, src.name AS source, src.display, s.day, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body,
       s.url, s.text_kind, s.form
FROM story_fact AS s JOIN source AS src USING (source_no) WHERE s.story_id = $story
