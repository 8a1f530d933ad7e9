-- The stories of a period that are on both lines.
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       b.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger
FROM line_story(NULL, $grain, $period, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b
JOIN story_fact AS s USING (story_no)
JOIN source AS src ON src.source_no = b.source_no
WHERE b.story_no IN (SELECT h.story_no FROM line_hit($keys, $terms, $items, $clauses, $term_stories, $driver, $phrase_items, $phrase_streams, $phrase_pattern) AS h)
  AND b.story_no IN (SELECT h.story_no FROM line_hit($other_keys, $other_terms, $other_items, $other_clauses, $other_term_stories, $other_driver, $other_phrase_items, $other_phrase_streams, $other_phrase_pattern) AS h)
ORDER BY b.day DESC, s.story_no
