-- The stories behind a number of Balance, newest first, with the columns of story_list and how many there are in all (STATISTICS 26). Texts
-- are read of the page alone.
WITH page AS MATERIALIZED (
    SELECT story_no, source_no, day, count(*) OVER () AS total
    FROM balance_story($key, $source, $from_day, $to_day) ORDER BY day DESC, story_no LIMIT $at_most OFFSET $skip
)
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       p.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger, p.total
FROM page AS p JOIN story_fact AS s USING (story_no) JOIN source AS src ON src.source_no = p.source_no
ORDER BY p.day DESC, s.story_no
