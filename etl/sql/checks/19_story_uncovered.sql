-- fail
-- A story is dated before its source's first day or outside every declared span: correct the date, or add the span to sources.toml.
SELECT s.story_id, src.id AS source, s.day
FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE EXISTS (FROM source_coverage AS c WHERE c.source_id = src.id)
  AND NOT EXISTS (FROM source_coverage AS c
                  WHERE c.source_id = src.id AND s.day BETWEEN c.from_day AND coalesce(c.to_day, s.day));
