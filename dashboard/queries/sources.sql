-- The sources that have stories, in the order of their first story.
SELECT src.id, src.name, src.sampled, min(s.day) AS first_day, max(s.day) AS last_day, CAST(sum(s.stories) AS BIGINT) AS stories
FROM source AS src JOIN source_day AS s USING (source_no)
GROUP BY ALL ORDER BY first_day, src.id
