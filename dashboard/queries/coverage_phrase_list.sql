-- The counted stories of a period that hold what is looked for, newest first; columns as in story_list.
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       b.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger
FROM search_match($terms, $items, $clauses, $driver, $phrase_items, $phrase_streams, $phrase_pattern) AS f
JOIN line_story(NULL, $grain, $period, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b USING (story_no)
JOIN story_fact AS s USING (story_no)
JOIN source AS src ON src.source_no = b.source_no
ORDER BY b.day DESC, s.story_no
LIMIT $at_most OFFSET $skip
