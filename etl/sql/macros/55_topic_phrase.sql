-- The words that spoke for a topic (its id) in the counted stories, small and capital letters alike: in how many stories, and with what
-- weight together. Arguments as in base_story.
CREATE OR REPLACE MACRO topic_phrase(of_topic, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH slice AS (
    SELECT e.story_no, e.weight,
           lower(trim(substring(CASE e.field WHEN 'title' THEN s.title ELSE s.body END, e.start_char + 1, e.end_char - e.start_char))) AS phrase
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b
    JOIN evidence AS e USING (story_no) JOIN story_fact AS s USING (story_no)
    WHERE e.kind = 'topic' AND e.tag_id = of_topic
)
SELECT phrase, count(DISTINCT story_no) AS stories, sum(coalesce(weight, 0)) AS weight
FROM slice WHERE phrase <> '' GROUP BY phrase;
