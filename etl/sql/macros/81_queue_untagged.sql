-- Stories that charts count and no topic was given to: those that came nearest to one first, then the newest. `tags` is the topic that
-- came nearest, with its score and what it needs; empty where none came near. from_day: the first day, or NULL.
CREATE OR REPLACE MACRO queue_untagged(from_day, at_most) AS TABLE
WITH bare AS MATERIALIZED (
    SELECT b.story_no, b.day
    FROM base_story(NULL, from_day, NULL, false, 'story', NULL, NULL, NULL) AS b ANTI JOIN topic_fact AS f USING (story_no)
),
near AS (
    SELECT m.story_no, arg_max(m.topic_no, m.score / m.threshold) AS topic_no, arg_max(m.score, m.score / m.threshold) AS score,
           arg_max(m.threshold, m.score / m.threshold) AS threshold
    FROM topic_near AS m SEMI JOIN bare USING (story_no) WHERE NOT m.vetoed GROUP BY m.story_no
),
placed AS (
    SELECT b.story_no, n.topic_no, n.score, n.threshold, count(*) OVER () AS found,
           row_number() OVER (ORDER BY n.score / n.threshold DESC NULLS LAST, b.day DESC, b.story_no DESC) AS place
    FROM bare AS b LEFT JOIN near AS n USING (story_no)
)
SELECT p.place, p.story_no, if(t.id IS NULL, [], [t.id]) AS tags, p.score, p.threshold, p.found
FROM placed AS p LEFT JOIN topic AS t USING (topic_no) WHERE p.place <= at_most;
