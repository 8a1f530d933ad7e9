-- The stories behind a number of methods_facets.sql or methods_topics.sql, newest first: as many as it says (STATISTICS 26); of all
-- sources where $source is NULL. `total` counts them before they are cut to a page. Where only headlines of a source may be shown there is no body.
WITH found AS (
    SELECT s.story_no, s.day FROM story_fact AS s
    WHERE ($source IS NULL OR s.source_no = (SELECT source_no FROM source WHERE id = $source))
      AND CASE $facet WHEN 'all' THEN true WHEN 'date_from' THEN s.date_from = $value WHEN 'text_kind' THEN s.text_kind = $value
                      WHEN 'form' THEN s.form = $value WHEN 'language' THEN s.language = $value
                      WHEN 'told' THEN if(s.is_lead, 'own', 'copy') = $value
                      WHEN 'topic' THEN s.story_no IN (SELECT f.story_no FROM topic_fact AS f JOIN topic AS t USING (topic_no) WHERE t.id = $value)
                      ELSE false END
),
page AS (
    SELECT story_no FROM found ORDER BY day DESC, story_no LIMIT $at_most OFFSET $skip
)
SELECT s.story_no, s.story_id, s.external_id, s.title, CASE WHEN src.display = 'headline' THEN '' ELSE s.body END AS body, s.url,
       s.day, src.name AS source, src.display, s.form, s.text_kind, s.date_from, s.tagger, (SELECT count(*) FROM found) AS total
FROM page JOIN story_fact AS s USING (story_no) JOIN source AS src USING (source_no)
ORDER BY s.day DESC, s.story_no
