-- The stories behind a number of the page Organizations, newest first (STATISTICS 26: as many rows as the number says).
-- Where only headlines of a source may be shown there is no body.
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       b.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger
FROM organization_story($keys, $by_role, $sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b
JOIN story_fact AS s USING (story_no)
JOIN source AS src ON src.source_no = b.source_no
WHERE $period IS NULL OR period_start(b.day, $grain) = $period
ORDER BY b.day DESC, s.story_no
LIMIT $at_most
