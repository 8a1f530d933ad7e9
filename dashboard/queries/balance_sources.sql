-- Whose stories can be held against targets: sources with stories, whether they are ours, and by what their output is counted.
SELECT src.source_no, src.id, src.name, src.ours, src.rhythm, src.sampled, CAST(sum(d.stories) AS BIGINT) AS stories, max(d.day) AS last_day
FROM source AS src JOIN source_day AS d USING (source_no) GROUP BY ALL ORDER BY src.ours DESC, source_no
