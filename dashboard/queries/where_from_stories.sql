-- The stories on a line in one or two periods, of some of the sources that are counted together: exactly those that the split counts
-- (STATISTICS 26). `of_sources` narrows the list alone, not which copy stands for an event.
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       b.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger
FROM line_story(NULL, $grain, NULL, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b
JOIN story_fact AS s USING (story_no)
JOIN source AS src ON src.source_no = b.source_no
WHERE list_contains($periods, period_start(b.day, $grain)) AND list_contains($of_sources, src.id)
  AND b.story_no IN (SELECT h.story_no FROM line_hit($keys, $terms, $items, $clauses, $term_stories, $driver, $phrase_items, $phrase_streams, $phrase_pattern) AS h)
ORDER BY b.day DESC, s.story_no
