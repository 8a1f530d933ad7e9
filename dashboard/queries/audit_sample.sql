-- Stories to draw an audit of a topic from, those that charts count: in strata by whether they have it ('tagged'), came near it ('near')
-- or neither ('rest'), each in a random order that the seed fixes, at most so many. `held`: how many the stratum holds. sources, from_day,
-- to_day: NULL for all. The order is by a hash of seed and id; the first of it are kept while reading, so that nothing large is sorted.
WITH wanted AS (SELECT topic_no FROM topic WHERE id = $topic),
base AS (
    SELECT b.story_no,
           CASE WHEN f.story_no IS NOT NULL THEN 'tagged' WHEN m.story_no IS NOT NULL THEN 'near' ELSE 'rest' END AS stratum
    FROM base_story($sources, $from_day, $to_day, false, 'story', NULL, NULL, NULL) AS b
    LEFT JOIN topic_fact AS f ON f.story_no = b.story_no AND f.topic_no = (FROM wanted)
    LEFT JOIN topic_near AS m ON m.story_no = b.story_no AND m.topic_no = (FROM wanted)
),
first AS (
    SELECT b.stratum, count(*) AS held, min_by(s.story_id, md5_number_lower($seed || ':' || s.story_id), $at_most) AS stories
    FROM base AS b JOIN story_fact AS s USING (story_no) GROUP BY b.stratum
)
SELECT stratum, held, unnest(generate_series(1, len(stories))) AS place, unnest(stories) AS story_id FROM first ORDER BY stratum, place
