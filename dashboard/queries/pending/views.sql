-- Tables under their own names as the next run will have them: macros and views read these instead. {database} is the snapshot's.
CREATE TEMP VIEW story_fact AS
SELECT * FROM {database}.main.story_fact WHERE story_no NOT IN (SELECT story_no FROM changed_story) UNION ALL SELECT * FROM changed_story;
CREATE TEMP VIEW topic_fact AS
SELECT * FROM {database}.main.topic_fact WHERE story_no NOT IN (SELECT story_no FROM changed_story) UNION ALL SELECT * FROM now_topic;
CREATE TEMP VIEW organization_fact AS
SELECT * FROM {database}.main.organization_fact WHERE story_no NOT IN (SELECT story_no FROM changed_story)
UNION ALL SELECT * FROM now_organization;
CREATE TEMP VIEW region_fact AS
SELECT * FROM {database}.main.region_fact WHERE story_no NOT IN (SELECT story_no FROM changed_story) UNION ALL SELECT * FROM now_region;
CREATE TEMP TABLE now_line AS
SELECT * FROM line_tagged(0, (SELECT max(line_no) FROM line_key), (SELECT list(story_no) FROM changed_story));
CREATE TEMP VIEW line_fact AS
SELECT * FROM {database}.main.line_fact WHERE story_no NOT IN (SELECT story_no FROM changed_story) UNION ALL SELECT * FROM now_line;
