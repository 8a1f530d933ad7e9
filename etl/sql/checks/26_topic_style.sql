-- fail
-- Two topics share a style or a desk lists a topic that is not there: two lines would look alike, or a desk counts too little.
SELECT CAST(style_no AS VARCHAR) AS what, count(*) AS times FROM topic GROUP BY style_no HAVING count(*) > 1
UNION ALL
SELECT m.topic_id, 0 FROM topic_group_member AS m ANTI JOIN topic AS t ON t.id = m.topic_id;
