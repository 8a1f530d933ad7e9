-- The stories behind a number of Gaps, newest first, with the columns of story_list (STATISTICS 26).
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       b.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger
FROM gap_story($keys, $event, $sources, $grain, $periods, $up_to) AS b
JOIN story_fact AS s USING (story_no)
JOIN source AS src ON src.source_no = b.source_no
ORDER BY b.day DESC, s.story_no
