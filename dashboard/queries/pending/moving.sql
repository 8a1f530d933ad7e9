CREATE OR REPLACE TEMP TABLE moving AS
SELECT s.story_no, CAST($other_id AS VARCHAR) AS other_id FROM changed_story AS s WHERE s.story_id = $story_id;
