SELECT src.id, count(*) FROM story_fact AS s JOIN source AS src USING (source_no)
WHERE s.story_no IN (SELECT story_no FROM forgotten) GROUP BY src.id;
