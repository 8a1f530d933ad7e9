-- The found stories that pass the filters, the best or the newest first; `found` is how many they are on all pages together.
-- Where only headlines of a source may be shown there is no body.
WITH found AS MATERIALIZED (
    SELECT b.story_no, b.source_no, b.day, f.rank
    FROM search_story($terms, $items, $clauses, $term_stories, $driver, $phrase_items, $phrase_streams, $phrase_pattern) AS f
    JOIN base_story($sources, $from_day, $to_day, $letters, $unit, $about_any, $about_all, $about_none) AS b USING (story_no)
),
page AS (
    SELECT *, count(*) OVER () AS found FROM found
    ORDER BY CASE WHEN $by_rank THEN rank END DESC, day DESC, story_no DESC LIMIT $at_most OFFSET $skip
)
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       p.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger, p.rank, p.found
FROM page AS p JOIN story_fact AS s USING (story_no) JOIN source AS src ON src.source_no = p.source_no
ORDER BY CASE WHEN $by_rank THEN p.rank END DESC, p.day DESC, s.story_no DESC
