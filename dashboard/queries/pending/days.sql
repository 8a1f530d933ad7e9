-- How many stories each source will have of each day, once stories have other dates. {database} is the snapshot's.
CREATE TEMP TABLE now_day AS
SELECT source_no, day, CAST(sum(stories) AS INTEGER) AS stories
FROM (
    SELECT source_no, day, stories FROM {database}.main.source_day
    UNION ALL
    SELECT source_no, day, -count(*) FROM {database}.main.story_fact SEMI JOIN changed_no USING (story_no) GROUP BY source_no, day
    UNION ALL
    SELECT source_no, day, count(*) FROM changed_story GROUP BY source_no, day
)
GROUP BY source_no, day HAVING sum(stories) > 0;
CREATE TEMP VIEW source_day AS FROM now_day;
