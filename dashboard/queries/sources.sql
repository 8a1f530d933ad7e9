-- The sources that have stories, in the order of their first story.
SELECT src.id, src.name, src.sampled, min(s.day) AS first_day, max(s.day) AS last_day, count(*) AS stories
FROM source AS src JOIN story_fact AS s USING (source_no)
GROUP BY ALL ORDER BY first_day, src.id
