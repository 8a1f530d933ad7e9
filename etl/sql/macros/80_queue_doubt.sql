-- Topics whose score lies nearest to what they need: given (`has`) or just missed, the most doubtful first. What a topic needs is kept
-- beside near misses; it is the same for all stories of one tagger. Stories are those that charts count; a topic that a phrase ruled out,
-- or that an editor gave (score 1), is no doubt. from_day: the first day, or NULL.
CREATE OR REPLACE MACRO queue_doubt(from_day, at_most) AS TABLE
WITH base AS MATERIALIZED (SELECT story_no, day FROM base_story(NULL, from_day, NULL, false, 'story', NULL, NULL, NULL)),
need AS MATERIALIZED (SELECT topic_no, arg_max(threshold, story_no) AS threshold FROM topic_near GROUP BY topic_no),
scored AS (
    SELECT f.story_no, f.topic_no, true AS has, f.score, n.threshold
    FROM topic_fact AS f JOIN need AS n USING (topic_no) WHERE f.score < 1 AND f.score - n.threshold < 0.15
    UNION ALL
    SELECT story_no, topic_no, false, score, threshold FROM topic_near WHERE NOT vetoed AND threshold - score < 0.15
),
near AS MATERIALIZED (SELECT s.*, b.day FROM scored AS s JOIN base AS b USING (story_no)),
first AS (FROM near ORDER BY abs(score - threshold), day DESC, story_no DESC, topic_no LIMIT at_most)
SELECT row_number() OVER (ORDER BY abs(f.score - f.threshold), f.day DESC, f.story_no DESC, f.topic_no) AS place,
       f.story_no, [t.id] AS tags, f.has, f.score, f.threshold, (SELECT count(*) FROM near) AS found
FROM first AS f JOIN topic AS t USING (topic_no);
