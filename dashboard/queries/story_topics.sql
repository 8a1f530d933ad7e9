-- Every topic with what the story scored on it: given, nearly given, or neither (no score is kept then). What a topic needs is kept
-- beside near misses only; it is the same for all stories that a tagger judged, so any of them tells it.
WITH need AS (
    SELECT m.topic_no, any_value(m.threshold) AS threshold
    FROM topic_near AS m JOIN story_fact AS s USING (story_no) WHERE s.tagger = $tagger GROUP BY m.topic_no
)
SELECT t.id, t.name, t.short, t.definition, t.style_no,
       CASE WHEN f.score IS NOT NULL THEN 'given' WHEN m.score IS NOT NULL THEN 'near' ELSE 'far' END AS state,
       coalesce(f.score, m.score) AS score, coalesce(m.threshold, need.threshold) AS threshold, coalesce(m.vetoed, false) AS vetoed
FROM topic AS t
LEFT JOIN topic_fact AS f ON f.topic_no = t.topic_no AND f.story_no = $story_no
LEFT JOIN topic_near AS m ON m.topic_no = t.topic_no AND m.story_no = $story_no
LEFT JOIN need ON need.topic_no = t.topic_no
ORDER BY list_position(['given', 'near', 'far'], state), score DESC, t.topic_no
