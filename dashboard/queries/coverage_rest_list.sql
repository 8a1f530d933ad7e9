-- The stories behind the rest of a stack, 'other' or 'none', newest first; columns as in story_list.
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       b.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger
FROM stack_rest_story($rest, $keys, $kind, $grain, $period, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b
JOIN story_fact AS s USING (story_no)
JOIN source AS src ON src.source_no = b.source_no
ORDER BY b.day DESC, s.story_no
LIMIT $at_most OFFSET $skip
