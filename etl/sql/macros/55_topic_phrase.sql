-- The words that spoke for a topic (its id) in the counted stories, small and capital letters alike: in how many stories, and with what
-- weight together. Arguments as in base_story.
CREATE OR REPLACE MACRO topic_phrase(of_topic, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH slice AS MATERIALIZED (
    SELECT e.story_no, e.weight,
           lower(trim(substring(CASE e.field WHEN 'title' THEN s.title ELSE s.body END, e.start_char + 1, e.end_char - e.start_char))) AS phrase
    FROM evidence AS e JOIN story_fact AS s USING (story_no)
    WHERE e.kind = 'topic' AND e.tag_id = of_topic AND e.story_no IN (
        SELECT b.story_no FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b)
),
told AS (SELECT phrase, story_no, sum(coalesce(weight, 0)) AS weight FROM slice GROUP BY phrase, story_no)
SELECT phrase, count(*) AS stories, sum(weight) AS weight FROM told WHERE phrase <> '' GROUP BY phrase;
