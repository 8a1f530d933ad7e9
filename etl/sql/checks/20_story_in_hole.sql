-- warn
-- Stories stand in a span that sources.toml calls a gap: its reason is printed beside data that is there; narrow the span.
SELECT src.id AS source, s.day, count(*) AS stories
FROM story_fact AS s JOIN source AS src USING (source_no)
JOIN source_coverage AS c ON c.source_id = src.id AND s.day BETWEEN c.from_day AND coalesce(c.to_day, s.day)
WHERE c.reason IS NOT NULL GROUP BY ALL;
