-- The words that spoke for a topic (its id) in the newest 10,000 of the counted stories on it, small and capital letters alike: in how
-- many stories, and with what weight together. More stories would not tell more of its words. Arguments as in base_story.
CREATE OR REPLACE MACRO topic_phrase(of_topic, in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS TABLE
WITH newest AS MATERIALIZED (
    SELECT b.story_no
    FROM base_story(in_sources, from_day, to_day, with_letters, in_unit, about_any, about_all, about_none) AS b
    WHERE b.story_no IN (SELECT l.story_no FROM story_line AS l WHERE l.key = 'topic:' || of_topic)
    ORDER BY b.day DESC, b.story_no DESC LIMIT 10_000
),
slice AS MATERIALIZED (
    SELECT e.story_no, e.weight,
           lower(trim(substring(CASE e.field WHEN 'title' THEN s.title ELSE s.body END, e.start_char + 1, e.end_char - e.start_char))) AS phrase
    FROM evidence AS e JOIN story_fact AS s USING (story_no)
    WHERE e.kind = 'topic' AND e.tag_id = of_topic AND e.story_no IN (SELECT story_no FROM newest)
),
told AS (SELECT phrase, story_no, sum(coalesce(weight, 0)) AS weight FROM slice GROUP BY phrase, story_no)
SELECT phrase, count(*) AS stories, sum(weight) AS weight FROM told WHERE phrase <> '' GROUP BY phrase;
