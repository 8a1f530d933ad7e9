SELECT src.id AS source_id, count(*) AS stories
FROM story_fact JOIN source AS src USING (source_no) GROUP BY src.id;
