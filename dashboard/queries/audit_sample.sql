-- Stories to draw an audit of a topic from, those that charts count: in strata by whether they have it ('tagged'), came near it ('near')
-- or neither ('rest'), each in a random order that the seed fixes. `held`: how many the stratum holds. sources, from_day, to_day: NULL for all.
WITH base AS (
    SELECT b.story_no,
           CASE WHEN f.story_no IS NOT NULL THEN 'tagged' WHEN m.story_no IS NOT NULL THEN 'near' ELSE 'rest' END AS stratum
    FROM base_story($sources, $from_day, $to_day, false, 'story', NULL, NULL, NULL) AS b
    LEFT JOIN topic_fact AS f ON f.story_no = b.story_no AND f.topic_no = (SELECT topic_no FROM topic WHERE id = $topic)
    LEFT JOIN topic_near AS m ON m.story_no = b.story_no AND m.topic_no = (SELECT topic_no FROM topic WHERE id = $topic)
),
placed AS (
    SELECT b.stratum, s.story_id, count(*) OVER (PARTITION BY b.stratum) AS held,
           row_number() OVER (PARTITION BY b.stratum ORDER BY md5($seed || ':' || s.story_id), s.story_id) AS place
    FROM base AS b JOIN story_fact AS s USING (story_no)
)
SELECT stratum, held, place, story_id FROM placed WHERE place <= $at_most ORDER BY stratum, place
