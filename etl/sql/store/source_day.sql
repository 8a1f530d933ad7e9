-- Days whose number of stories changed.
CREATE OR REPLACE TEMP TABLE source_day_now AS SELECT source_no, day, CAST(count(*) AS INTEGER) AS stories FROM story_fact GROUP BY ALL;
DELETE FROM source_day WHERE (source_no, day, stories) NOT IN (SELECT (source_no, day, stories) FROM source_day_now);
INSERT INTO source_day FROM source_day_now ANTI JOIN source_day USING (source_no, day) ORDER BY source_no, day;
DROP TABLE source_day_now;
