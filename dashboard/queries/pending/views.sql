-- Tables under their own names as the next run will have them: macros and views read these instead. {database} is the snapshot's.
-- Lines, marks and copies of the changed stories first, from those alone.
CREATE TEMP VIEW story_fact AS FROM changed_story;
CREATE TEMP VIEW topic_fact AS FROM now_topic;
CREATE TEMP VIEW organization_fact AS FROM now_organization;
CREATE TEMP VIEW region_fact AS FROM now_region;
CREATE TEMP TABLE now_line AS
SELECT * FROM line_tagged(0, (SELECT max(line_no) FROM line_key), (SELECT list(story_no) FROM changed_story));
CREATE TEMP TABLE now_mark AS FROM story_mark((SELECT list(story_no) FROM changed_story));
UPDATE changed_story SET topics = m.topics, places = m.places, roles = m.roles FROM now_mark AS m WHERE m.story_no = changed_story.story_no;
CREATE TEMP TABLE now_place AS
SELECT places, unnest(members, recursive := true)
FROM (SELECT places, any_value(members) AS members FROM now_mark WHERE places <> 0 GROUP BY places)
ANTI JOIN {database}.main.place_set USING (places);
CREATE TEMP TABLE now_copy AS FROM copy_now;

CREATE OR REPLACE TEMP VIEW story_fact AS
SELECT s.* FROM {database}.main.story_fact AS s ANTI JOIN changed_no USING (story_no) UNION ALL FROM changed_story;
CREATE OR REPLACE TEMP VIEW topic_fact AS
SELECT f.* FROM {database}.main.topic_fact AS f ANTI JOIN changed_no USING (story_no) UNION ALL FROM now_topic;
CREATE OR REPLACE TEMP VIEW organization_fact AS
SELECT f.* FROM {database}.main.organization_fact AS f ANTI JOIN changed_no USING (story_no) UNION ALL FROM now_organization;
CREATE OR REPLACE TEMP VIEW region_fact AS
SELECT f.* FROM {database}.main.region_fact AS f ANTI JOIN changed_no USING (story_no) UNION ALL FROM now_region;
CREATE TEMP VIEW copy_fact AS
SELECT f.* FROM {database}.main.copy_fact AS f ANTI JOIN changed_no USING (story_no) UNION ALL FROM now_copy;
CREATE TEMP VIEW place_set AS FROM {database}.main.place_set UNION ALL FROM now_place;
CREATE TEMP VIEW line_fact AS
SELECT f.* FROM {database}.main.line_fact AS f ANTI JOIN changed_no USING (story_no) UNION ALL FROM now_line;
